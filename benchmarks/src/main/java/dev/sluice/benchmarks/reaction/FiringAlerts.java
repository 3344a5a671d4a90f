package dev.sluice.benchmarks.reaction;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lab.Await;
import dev.sluice.lab.MetricsPage;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusConfig.Alertmanager;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.PromDuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real Prometheus with one group of alerts for each service, of Pyrra's shape, that fire when a
 * gauge says so: groups are evaluated each second, without {@code for}.
 */
final class FiringAlerts implements AutoCloseable {

  private static final Duration SCRAPE = Duration.ofSeconds(1);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration WINDOW = Duration.ofDays(28);

  private final Set<String> firing = ConcurrentHashMap.newKeySet();
  private final List<String> services;
  private final MetricsPage gauges;
  private final PrometheusProcess prometheus;

  FiringAlerts(Path folder, List<String> services, Optional<Integer> pushPort) throws IOException {
    this.services = services;
    gauges = MetricsPage.serve(this::page);
    prometheus =
        PrometheusProcess.start(Files.createDirectories(folder), config(folder, pushPort))
            .awaitReady();
  }

  private String page() {
    StringBuilder page = new StringBuilder();
    services.forEach(
        name ->
            page.append(
                "slow{service=\"%s\"} %d\n".formatted(name, firing.contains(name) ? 1 : 0)));
    return page.toString();
  }

  private PrometheusConfig config(Path folder, Optional<Integer> pushPort) throws IOException {
    StringBuilder rules = new StringBuilder("groups:\n");
    services.forEach(name -> rules.append(group(name)));
    Target target = new Target(gauges.hostPort(), Map.of("namespace", "default"));
    PrometheusConfig config =
        PrometheusConfig.empty()
            .withRuleFiles(Files.writeString(folder.resolve("rules.yaml"), rules))
            .withScrapeJobs(new ScrapeJob("gauges", SCRAPE, "/metrics", List.of(target)));
    return pushPort
        .map(port -> config.withAlertmanager(new Alertmanager(List.of("127.0.0.1:" + port), "/")))
        .orElse(config);
  }

  private static String group(String name) {
    StringBuilder group =
        new StringBuilder("- name: %s\n  interval: 1s\n  rules:\n".formatted(name));
    for (BurnRateTier.Windows windows : BurnRateTier.allWindows(WINDOW)) {
      group.append(
          """
            - alert: ErrorBudgetBurn
              expr: slow{namespace="default",service="%1$s"} > %2$d
              labels: {slo: %1$s-ttft, namespace: default, service: %1$s, short: %3$s, long: %4$s}
          """
              .formatted(
                  name,
                  windows.tier() == BurnRateTier.FAST ? 0 : 1,
                  PromDuration.format(windows.shortWindow()),
                  PromDuration.format(windows.longWindow())));
    }
    return group.toString();
  }

  /** Pyrra's objective of a service, as the alerts speak for it. */
  static String objective(String name) {
    return """
    apiVersion: pyrra.dev/v1alpha1
    kind: ServiceLevelObjective
    metadata:
      name: %1$s-ttft
      namespace: default
      labels: {inference.llmkube.dev/inferenceservice: %1$s}
    spec:
      target: "99"
      window: 28d
      indicator:
        ratio:
          errors: {metric: 'slow{namespace="default",service="%1$s"}'}
          total: {metric: 'slow{namespace="default",service="%1$s"}'}
    ---
    """
        .formatted(name);
  }

  /** From now on the service's fast alert fires, once its rule is evaluated. */
  void fire(String service) {
    firing.add(service);
  }

  /** When the rule was evaluated that fired. */
  Instant firedAt(String service) {
    return Await.value(BOUND, service + " fires", () -> activeAt(service));
  }

  private Optional<Instant> activeAt(String service) {
    for (JsonNode group : prometheus.rules().path("groups")) {
      if (group.path("name").asText().equals(service)) {
        for (JsonNode alert : group.at("/rules/0/alerts")) {
          return Optional.of(Instant.parse(alert.path("activeAt").asText()));
        }
      }
    }
    return Optional.empty();
  }

  String baseUrl() {
    return prometheus.baseUrl();
  }

  @Override
  public void close() {
    prometheus.close();
    gauges.close();
  }
}
