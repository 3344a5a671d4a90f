package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Judge;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Judgement;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Replays what a real Prometheus 2.42 answered while Pyrra's alerts went through stories that other
 * controllers get wrong. A file of {@code timelines/STORY} is one poll: when, the answer to {@code
 * /api/v1/rules}, and the answer to the query for burn rates and samples.
 */
class GoldenTimelinesTest {

  private static final Objective QWEN = objective("qwen", "28d");
  private static final Objective LLAMA = objective("llama", "3d");

  @Test
  void aRestartedPrometheusStartsAtPendingAndTheBreachStands() throws Exception {
    assertThat(replay("restart", QWEN))
        .containsExactly(
            "07:38:49 qwen Breached since 07:38:49",
            "07:38:51 qwen Breached since 07:38:49",
            "07:38:59 qwen Breached since 07:38:49",
            "07:39:08 qwen Breached since 07:38:49",
            "07:39:33 qwen Breached since 07:38:49",
            "07:40:06 qwen Breached since 07:38:49",
            "07:41:00 qwen Breached since 07:38:49",
            "07:41:21 qwen Breached since 07:38:49");
  }

  @Test
  void aBreachWithoutTrafficWaitsForProof() throws Exception {
    assertThat(replay("nan", LLAMA))
        .containsExactly(
            "07:51:23 llama Breached since 07:51:23",
            "07:53:06 llama Breached since 07:51:23",
            "07:54:58 llama Breached since 07:51:23",
            "07:56:00 llama Breached since 07:51:23",
            "07:57:01 llama Breached since 07:51:23",
            "07:57:22 llama Breached since 07:51:23",
            "07:57:32 llama Recovering",
            "07:57:53 llama Recovering");
  }

  @Test
  void aServiceScaledToZeroDoesNotRecover() throws Exception {
    assertThat(replay("scale-to-zero", LLAMA))
        .containsExactly(
            "07:45:49 llama Breached since 07:45:49",
            "07:46:21 llama Breached since 07:45:49",
            "07:47:02 llama Unknown (METRIC_ABSENT), holds Breached",
            "07:47:33 llama Unknown (METRIC_ABSENT), holds Breached",
            "07:48:15 llama Unknown (METRIC_ABSENT), holds Breached");
  }

  @Test
  void unloadedRulesDoNotEndABreach() throws Exception {
    assertThat(replay("rule-missing", LLAMA))
        .containsExactly(
            "07:45:49 llama Breached since 07:45:49",
            "07:48:17 llama Unknown (RULE_MISSING), holds Breached");
  }

  @Test
  void everyServiceMayBeBreachedAtOnce() throws Exception {
    assertThat(replay("all-breached", QWEN, LLAMA))
        .containsExactly("07:38:49 llama Breached since 07:38:49 qwen Breached since 07:38:49");
  }

  private static List<String> replay(String story, Objective... objectives) throws Exception {
    Declarations declarations = declarations(objectives);
    JudgeState state = JudgeState.EMPTY;
    Collection<ServiceVerdict> verdicts = List.of();
    List<String> lines = new ArrayList<>();
    try (FakePrometheus prometheus = new FakePrometheus()) {
      int step = 1;
      for (Optional<JsonNode> poll = read(story, step); poll.isPresent(); ) {
        Instant at = Instant.parse(poll.get().path("at").asText());
        prometheus.rules(success(poll.get().path("rules")), at);
        prometheus.query(200, success(poll.get().path("query")));
        Judgement judgement =
            Judge.judge(
                declarations,
                prometheus.reader().observe(Question.of(declarations, verdicts), at),
                state,
                at);
        state = judgement.next();
        verdicts = judgement.services();
        lines.add(line(at, verdicts));
        poll = read(story, ++step);
      }
    }
    return lines;
  }

  private static String line(Instant at, Collection<ServiceVerdict> verdicts) {
    return clock(at)
        + verdicts.stream()
            .map(v -> " " + v.service().name() + " " + words(v.verdict()))
            .collect(Collectors.joining());
  }

  private static String clock(Instant at) {
    return at.toString().substring(11, 19);
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Unknown unknown ->
          "Unknown (" + unknown.cause() + "), holds " + unknown.held().word();
      case Verdict.Breached breach -> "Breached since " + clock(breach.since());
      case Verdict.WithinBudget _, Verdict.AtRisk _, Verdict.Recovering _ -> verdict.state().word();
    };
  }

  private static String success(JsonNode data) {
    return "{\"status\":\"success\",\"data\":" + data + "}";
  }

  private static Optional<JsonNode> read(String story, int step) throws IOException {
    String name = "/timelines/%s/%02d.json".formatted(story, step);
    try (InputStream poll = GoldenTimelinesTest.class.getResourceAsStream(name)) {
      return poll == null ? Optional.empty() : Optional.of(new ObjectMapper().readTree(poll));
    }
  }

  private static Objective objective(String service, String window) {
    return new Objective(
        new ObjectiveRef("default", service + "-ttft"),
        new ServiceRef("default", service),
        Indicator.LATENCY,
        0.99,
        PromDuration.parse(window),
        "vllm:time_to_first_token_seconds_count{namespace=\"default\",service=\"%s\"}"
            .formatted(service),
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }

  private static Declarations declarations(Objective... objectives) {
    TreeMap<ObjectiveRef, Objective> byRef = new TreeMap<>();
    TreeMap<ServiceRef, Presence> services = new TreeMap<>();
    for (Objective objective : objectives) {
      byRef.put(objective.ref(), objective);
      services.put(objective.service(), new Presence.Active());
    }
    return Declarations.of(services, Map.of(), byRef.values());
  }
}
