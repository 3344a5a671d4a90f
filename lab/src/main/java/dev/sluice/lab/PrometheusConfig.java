package dev.sluice.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link PrometheusProcess} scrapes, evaluates and notifies.
 *
 * @param evaluationInterval of rule groups that name none themselves
 * @param ruleFiles absolute paths or globs
 * @param alertmanager where alerts are pushed, if anywhere
 * @param extraFlags further command line flags, for example {@code --enable-feature=...}
 */
public record PrometheusConfig(
    Duration evaluationInterval,
    List<ScrapeJob> scrapeJobs,
    List<Path> ruleFiles,
    Optional<Alertmanager> alertmanager,
    List<String> extraFlags) {

  public PrometheusConfig {
    scrapeJobs = List.copyOf(scrapeJobs);
    ruleFiles = List.copyOf(ruleFiles);
    extraFlags = List.copyOf(extraFlags);
  }

  /** Scrapes and evaluates nothing yet; rule groups run every second. */
  public static PrometheusConfig empty() {
    return new PrometheusConfig(
        Duration.ofSeconds(1), List.of(), List.of(), Optional.empty(), List.of());
  }

  public PrometheusConfig withEvaluationInterval(Duration interval) {
    return new PrometheusConfig(interval, scrapeJobs, ruleFiles, alertmanager, extraFlags);
  }

  public PrometheusConfig withScrapeJobs(ScrapeJob... jobs) {
    return new PrometheusConfig(
        evaluationInterval, List.of(jobs), ruleFiles, alertmanager, extraFlags);
  }

  public PrometheusConfig withRuleFiles(Path... files) {
    return new PrometheusConfig(
        evaluationInterval, scrapeJobs, List.of(files), alertmanager, extraFlags);
  }

  public PrometheusConfig withAlertmanager(Alertmanager receiver) {
    return new PrometheusConfig(
        evaluationInterval, scrapeJobs, ruleFiles, Optional.of(receiver), extraFlags);
  }

  public PrometheusConfig withExtraFlags(String... flags) {
    return new PrometheusConfig(
        evaluationInterval, scrapeJobs, ruleFiles, alertmanager, List.of(flags));
  }

  /**
   * One entry of {@code scrape_configs}.
   *
   * @param metricsPath absolute, for example {@code /metrics}
   */
  public record ScrapeJob(
      String name, Duration interval, String metricsPath, List<Target> targets) {
    public ScrapeJob {
      targets = List.copyOf(targets);
    }
  }

  /** One {@code host:port} and the labels that its series get. */
  public record Target(String hostPort, Map<String, String> labels) {
    public Target {
      labels = Map.copyOf(labels);
    }
  }

  /** Receivers of {@code POST <pathPrefix>/api/v2/alerts}. */
  public record Alertmanager(List<String> hostPorts, String pathPrefix) {
    public Alertmanager {
      hostPorts = List.copyOf(hostPorts);
    }
  }

  /** The configuration file. JSON is YAML, so Prometheus reads it as it is. */
  String toYaml() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("global", Map.of("evaluation_interval", duration(evaluationInterval)));
    root.put("rule_files", ruleFiles.stream().map(Path::toString).toList());
    root.put("scrape_configs", scrapeJobs.stream().map(PrometheusConfig::scrapeConfig).toList());
    alertmanager.ifPresent(
        receiver ->
            root.put("alerting", Map.of("alertmanagers", List.of(alertmanagerConfig(receiver)))));
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts can always be written as JSON", e);
    }
  }

  private static Map<String, Object> scrapeConfig(ScrapeJob job) {
    return Map.of(
        "job_name", job.name(),
        "scrape_interval", duration(job.interval()),
        "metrics_path", job.metricsPath(),
        "static_configs",
            job.targets().stream()
                .map(t -> Map.of("targets", List.of(t.hostPort()), "labels", t.labels()))
                .toList());
  }

  private static Map<String, Object> alertmanagerConfig(Alertmanager receiver) {
    return Map.of(
        "path_prefix", receiver.pathPrefix(),
        "static_configs", List.of(Map.of("targets", receiver.hostPorts())));
  }

  private static String duration(Duration value) {
    return value.toMillis() + "ms";
  }
}
