package dev.sluice.app.pages;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.lab.Await;
import dev.sluice.lab.MetricsPage;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusConfig.Alertmanager;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.ServiceRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A real Prometheus with alerts of Pyrra's shape that fire or not as a gauge says: rules are
 * evaluated each second, without {@code for}, and each change of an alert is pushed exactly once.
 */
final class AlertLab implements AutoCloseable {

  private static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  private static final Objective OBJECTIVE =
      new Objective(
          new ObjectiveRef("default", "qwen-ttft"),
          QWEN,
          Indicator.LATENCY,
          0.99,
          Duration.ofDays(28),
          "slow{namespace=\"default\",service=\"qwen\"}",
          List.of(),
          Objective.DEFAULT_ALERT_NAME);
  static final Declarations DECLARATIONS =
      Declarations.of(Map.of(QWEN, new Presence.Active()), Map.of(), List.of(OBJECTIVE));

  private static final Duration BOUND = Duration.ofSeconds(30);

  private final MetricsPage gauge;
  private final PrometheusProcess prometheus;
  private volatile boolean isSlow;

  AlertLab(Path folder, String receiver) throws IOException {
    gauge = MetricsPage.serve(() -> "slow " + (isSlow ? 1 : 0) + "\n");
    prometheus = PrometheusProcess.start(folder, config(folder, receiver)).awaitReady();
  }

  private PrometheusConfig config(Path folder, String receiver) throws IOException {
    Target target =
        new Target(gauge.hostPort(), Map.of("namespace", QWEN.namespace(), "service", QWEN.name()));
    return PrometheusConfig.empty()
        .withRuleFiles(Files.writeString(folder.resolve("rules.yaml"), rules()))
        .withScrapeJobs(new ScrapeJob("qwen", Duration.ofMillis(100), "/metrics", List.of(target)))
        .withAlertmanager(new Alertmanager(List.of(receiver), "/"))
        .withExtraFlags("--rules.alert.resend-delay=1h");
  }

  private static String rules() {
    String alerts =
        BurnRateTier.allWindows(OBJECTIVE.window()).stream()
            .map(AlertLab::alert)
            .collect(Collectors.joining());
    return "groups:\n- name: qwen-ttft\n  interval: 1s\n  rules:\n" + alerts;
  }

  private static String alert(BurnRateTier.Windows windows) {
    int limit = windows.tier() == BurnRateTier.FAST ? 0 : 1;
    return """
      - alert: ErrorBudgetBurn
        expr: slow{namespace="default",service="qwen"} > %d
        labels: {slo: qwen-ttft, namespace: default, service: qwen, short: %s, long: %s}
    """
        .formatted(
            limit,
            PromDuration.format(windows.shortWindow()),
            PromDuration.format(windows.longWindow()));
  }

  /**
   * Prometheus learns of its receivers up to 5 s after its start; what it pushed before is lost.
   */
  void awaitReceiverKnown() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(baseUrl() + "/api/v1/alertmanagers")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Await.until(
          BOUND,
          "Prometheus knows where to push",
          () -> send(client, request).contains("/api/v2/alerts"));
    }
  }

  private static String send(HttpClient client, HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** From now on the fast alert fires, or doesn't, once its rule is evaluated. */
  void fire(boolean slow) {
    isSlow = slow;
  }

  String baseUrl() {
    return prometheus.baseUrl();
  }

  @Override
  public void close() {
    prometheus.close();
    gauge.close();
  }
}
