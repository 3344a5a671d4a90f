package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.declare.Resolution;
import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * A real Prometheus that scrapes the two replicas of one service every second and evaluates the
 * rules that Pyrra made of {@code slos/*.yaml}. Only their groups' interval is shortened, from 30 s
 * to 2 s, for the tests' sake.
 */
final class QwenLab implements AutoCloseable {

  static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  static final Objective TTFT = objective("qwen-ttft", "0.5", List.of());
  static final Objective TTFT_2S = objective("qwen-ttft-2s", "2", List.of());
  static final Objective TTFT_BY_POD = objective("qwen-ttft-by-pod", "0.5", List.of("pod"));

  // As Go's client library writes two seconds, and as Python's does.
  final TtftExporter first = new TtftExporter("2");
  final TtftExporter second = new TtftExporter("2.0");
  final PrometheusProcess prometheus;

  private final PrometheusClient client;
  private final EvidenceReader reader;

  QwenLab(Path folder, Objective... objectives) throws IOException {
    Path[] ruleFiles = new Path[objectives.length];
    for (int i = 0; i < objectives.length; i++) {
      ruleFiles[i] = ruleFile(folder, objectives[i].ref().name() + ".yaml");
    }
    prometheus =
        PrometheusProcess.start(
                folder,
                PrometheusConfig.empty()
                    .withRuleFiles(ruleFiles)
                    .withScrapeJobs(
                        new ScrapeJob(
                            "qwen",
                            Duration.ofSeconds(1),
                            "/metrics",
                            List.of(target(first, "qwen-0"), target(second, "qwen-1")))))
            .awaitReady();
    client = new PrometheusClient(PrometheusSettings.of(URI.create(prometheus.baseUrl())));
    reader = new EvidenceReader(client);
  }

  private static Target target(TtftExporter exporter, String pod) {
    return new Target(
        exporter.hostPort(),
        Map.of("namespace", QWEN.namespace(), "service", QWEN.name(), "pod", pod));
  }

  private static Path ruleFile(Path folder, String name) throws IOException {
    try (InputStream rules = QwenLab.class.getResourceAsStream("/rules/" + name)) {
      String text =
          new String(Objects.requireNonNull(rules, name).readAllBytes(), StandardCharsets.UTF_8);
      return Files.writeString(folder.resolve(name), text.replace("interval: 30s", "interval: 2s"));
    }
  }

  private static Objective objective(String name, String threshold, List<String> grouping) {
    String labels = "namespace=\"default\",service=\"qwen\"";
    PyrraIndicator indicator =
        new PyrraIndicator.Latency(
            "vllm:time_to_first_token_seconds_bucket{" + labels + ",le=\"" + threshold + "\"}",
            "vllm:time_to_first_token_seconds_count{" + labels + "}",
            grouping);
    PyrraSlo slo =
        new PyrraSlo(
            new ObjectiveRef("default", name),
            Map.of(ObjectiveResolver.SERVICE_LABEL, "qwen"),
            "99",
            "3d",
            indicator,
            Objective.DEFAULT_ALERT_NAME,
            true);
    return ((Resolution.Resolved) ObjectiveResolver.resolve(slo)).objective();
  }

  static Declarations declarations(SloPolicy policy, Objective... objectives) {
    TreeMap<ObjectiveRef, Objective> byRef = new TreeMap<>();
    for (Objective objective : objectives) {
      byRef.put(objective.ref(), objective);
    }
    return Declarations.of(
        Map.of(QWEN, new Presence.Active()), Map.of(QWEN, policy), byRef.values());
  }

  Observation observe(Declarations declarations) {
    return reader.observe(new Question(declarations, Set.of(QWEN)), Instant.now());
  }

  /** What is left of the budget of an objective. */
  BudgetLeft budget(Objective objective) {
    return new BudgetReader(client)
        .read(List.of(objective), Instant.now())
        .getOrDefault(
            objective.ref(), new BudgetLeft.NotKnown(Instant.now(), "it wasn't answered"));
  }

  /** The first number that a query gives. */
  OptionalDouble number(String promql) {
    return switch (client.query(promql)) {
      case PrometheusAnswer.Data<JsonNode>(JsonNode data, _) ->
          PrometheusNumber.finite(data.at("/result/0/value/1").asText());
      case PrometheusAnswer.Refused<JsonNode> _ -> OptionalDouble.empty();
    };
  }

  @Override
  public void close() {
    client.close();
    prometheus.close();
    first.close();
    second.close();
  }
}
