package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.RunningFleet.chatBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lab.Await;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.fixture.RawBackend;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.shares.RouterShares;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The names and labels that objectives are written on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatsIT {

  // Envoy merges histograms every 5 s.
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int REQUESTS = 20;
  private static final String ON_A = onBackend("a");
  private static final String ON_B = onBackend("b");

  private final FakeLlm a =
      FakeLlm.start("a", LlmRuntime.LLAMACPP, "qwen", Behaviour.healthy().withErrorRate(1));
  private final FakeLlm b =
      FakeLlm.start(
          "b",
          LlmRuntime.LLAMACPP,
          "qwen",
          new Behaviour(Duration.ofMillis(120), 3, Duration.ofMillis(50), 0));
  private final RawBackend cut = RawBackend.breakingOff();
  private final RawBackend silent = RawBackend.silent();
  private RunningFleet fleet;

  /** A backend that fails and one that takes 120 ms to its first and 100 ms to its last token. */
  @BeforeAll
  void measure(@TempDir Path folder) {
    fleet = RunningFleet.start(folder);
    Match qwen = new Match(Map.of(), List.of("qwen*"), List.of(), Optional.empty(), List.of());
    RouterSpec router =
        router(
            List.of(backend("a", 1), backend("b", 1), backend("cut", 1), backend("silent", 1)),
            rule("chat", Strategy.WEIGHTED, qwen, List.of("a", "b")),
            rule("cut", Strategy.WEIGHTED, header("to", "cut"), List.of("cut")),
            rule("silent", Strategy.WEIGHTED, header("to", "silent"), List.of("silent")));
    fleet.serve(
        router,
        RunningFleet.onLoopback(
            Map.of("a", a.port(), "b", b.port(), "cut", cut.port(), "silent", silent.port())),
        RouterShares.NONE);
    for (int i = 0; i < REQUESTS; i++) {
      HttpResponse<String> answer = fleet.post("/v1/chat/completions", chatBody("qwen2", true));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    assertThat(fleet.chat("bert").statusCode()).isEqualTo(503);
  }

  @AfterAll
  void stop() {
    fleet.close();
    a.close();
    b.close();
    cut.close();
    silent.close();
  }

  @Test
  void retriedFailureCountsAgainstTheBackendThatFailed() {
    Await.untilAsserted(
        BOUND,
        "attempts by backend and code",
        () ->
            assertThat(samples())
                .containsEntry(
                    "envoy_sluice_attempts_total{" + ON_A + ",code=\"500\"}", (double) a.errors())
                .containsEntry(
                    "envoy_sluice_attempts_total{" + ON_B + ",code=\"200\"}", (double) REQUESTS));
    assertThat(a.errors()).isPositive();
  }

  @Test
  void answerThatBreaksOffIsAFailure() {
    assertThatThrownBy(() -> fleet.chat("other", "to", "cut"))
        .isInstanceOf(UncheckedIOException.class);

    Await.untilAsserted(
        BOUND,
        "the broken answer",
        () -> assertThat(samples()).containsEntry(attempts("cut", 0), 1.0));
  }

  @Test
  void clientThatLeavesIsNotTheBackendsFailure() {
    fleet.leaveUnanswered(
        "other",
        Map.of("to", "silent"),
        () -> fleet.envoy().stats("cluster.rule/silent.upstream_rq_active").containsValue(1L));

    Await.untilAsserted(
        BOUND,
        "the client that left",
        () ->
            assertThat(samples())
                .containsEntry(attempts("silent", 499), 1.0)
                .doesNotContainKey(attempts("silent", 0)));
  }

  @Test
  void requestsAreCountedAsTheClientSawThemAndProbesOfHealthAreNot() {
    Await.untilAsserted(
        BOUND,
        "requests by code",
        () ->
            assertThat(samples())
                .containsEntry(
                    "envoy_sluice_requests_total{model=\"qwen*\",rule=\"chat\",code=\"200\","
                        + "router=\"chat\"}",
                    (double) REQUESTS)
                .containsEntry(
                    "envoy_sluice_requests_total{model=\"\",rule=\"\",code=\"503\","
                        + "router=\"chat\"}",
                    1.0)
                .doesNotContainKey(
                    "envoy_sluice_requests_total{model=\"\",rule=\"\",code=\"200\","
                        + "router=\"chat\"}"));
  }

  @Test
  void firstTokenIsTimedPerAttemptAndTheFailedTryIsNotBlamedOnTheOther() {
    String series = "envoy_sluice_ttft_milliseconds";
    Await.untilAsserted(
        BOUND,
        "time to first token of b",
        () ->
            assertThat(samples())
                .containsEntry(series + "_count{" + ON_B + "}", (double) REQUESTS)
                .containsEntry(series + "_bucket{" + ON_B + ",le=\"100\"}", 0.0)
                .containsEntry(series + "_bucket{" + ON_B + ",le=\"5000\"}", (double) REQUESTS)
                .doesNotContainKey(series + "_count{" + ON_A + "}"));
  }

  @Test
  void generationIsTimedFromTheFirstByteToTheLast() {
    String series = "envoy_sluice_generation_milliseconds";
    Await.untilAsserted(
        BOUND,
        "generation time of b",
        () ->
            assertThat(samples())
                .containsEntry(series + "_count{" + ON_B + "}", (double) REQUESTS)
                .containsEntry(series + "_bucket{" + ON_B + ",le=\"75\"}", 0.0));
  }

  @Test
  void envoyHasNothingToComplainAbout() {
    assertThat(fleet.envoy().logTail()).doesNotContain("[error]", "[critical]");
  }

  /** Our series of {@code /stats/prometheus}, by name and labels as printed. */
  private Map<String, Double> samples() {
    return fleet
        .envoy()
        .get("/stats/prometheus")
        .lines()
        .filter(line -> line.startsWith("envoy_sluice_"))
        .map(line -> line.split(" ", -1))
        .collect(Collectors.toMap(parts -> parts[0], parts -> Double.parseDouble(parts[1])));
  }

  private static String attempts(String backend, int code) {
    return "envoy_sluice_attempts_total{%s,code=\"%d\"}"
        .formatted(
            onBackend(backend)
                .replace("model=\"qwen*\"", "model=\"any\"")
                .replace("rule=\"chat\"", "rule=\"" + backend + "\""),
            code);
  }

  private static Match header(String name, String value) {
    return new Match(Map.of(name, value), List.of(), List.of(), Optional.empty(), List.of());
  }

  private static String onBackend(String name) {
    return ("model=\"qwen*\",rule=\"chat\",backend=\"%s\",inferenceservice=\"%s\","
            + "namespace=\"default\",pod=\"%s-0\",router=\"chat\"")
        .formatted(name, name, name);
  }
}
