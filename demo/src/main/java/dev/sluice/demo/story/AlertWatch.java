package dev.sluice.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.PromDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Follows the burn-rate alerts of one objective in Prometheus, as an operator would see them.
 *
 * <p><em>Thread:</em> its own; the answers may be asked from any thread. <em>On failure:</em> what
 * was seen last stays while Prometheus is away. <em>On shutdown:</em> {@link #close()} stops it.
 */
final class AlertWatch implements AutoCloseable {

  private static final Duration SLO_WINDOW = Duration.ofDays(3);
  private static final double BUDGET = 0.01;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final PrometheusProcess prometheus;
  private final String objective;
  private final Timeline timeline;
  private final Map<BurnRateTier, Alert> shown = new EnumMap<>(BurnRateTier.class);
  private final Watch watch;
  private volatile Seen seen = new Seen(Instant.MIN, Map.of());

  /** What one look at Prometheus showed: evaluated alerts only. */
  private record Seen(Instant at, Map<BurnRateTier, Alert> alerts) {}

  private record Alert(String state, double burnRate) {
    static final Alert INACTIVE = new Alert("inactive", 0);
  }

  AlertWatch(PrometheusProcess prometheus, String objective, Timeline timeline) {
    this.prometheus = prometheus;
    this.objective = objective;
    this.timeline = timeline;
    this.watch = Watch.every(PAUSE, "alert-watch", this::look);
  }

  /** Whether a look after {@code since} found a fast or medium alert firing. */
  boolean pagesSince(Instant since) {
    Seen now = seen;
    return now.at().isAfter(since)
        && now.alerts().entrySet().stream()
            .anyMatch(e -> e.getKey().isPage() && e.getValue().state().equals("firing"));
  }

  /** Whether all four alerts have been evaluated, so that their silence means something. */
  boolean isEvaluated() {
    return seen.alerts().size() == BurnRateTier.values().length;
  }

  private void look() {
    Instant at = Instant.now();
    Map<BurnRateTier, Alert> alerts = new EnumMap<>(BurnRateTier.class);
    for (JsonNode group : prometheus.rules().path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (isOurs(rule)) {
          tier(rule).ifPresent(tier -> alerts.put(tier, alert(rule)));
        }
      }
    }
    alerts.forEach(this::show);
    seen = new Seen(at, Map.copyOf(alerts));
  }

  private boolean isOurs(JsonNode rule) {
    // A rule that a new Prometheus hasn't run yet says "inactive" and knows nothing.
    boolean evaluated = !rule.path("lastEvaluation").asText().startsWith("0001-");
    return evaluated
        && rule.path("type").asText().equals("alerting")
        && rule.path("labels").path("slo").asText().equals(objective);
  }

  private static Optional<BurnRateTier> tier(JsonNode rule) {
    String shortWindow = rule.path("labels").path("short").asText();
    String longWindow = rule.path("labels").path("long").asText();
    return shortWindow.isEmpty()
        ? Optional.empty()
        : BurnRateTier.of(
            SLO_WINDOW, PromDuration.parse(shortWindow), PromDuration.parse(longWindow));
  }

  /** The most urgent series; there are several where the objective is grouped by pod. */
  private static Alert alert(JsonNode rule) {
    return StreamSupport.stream(rule.path("alerts").spliterator(), false)
        .map(
            series ->
                new Alert(series.path("state").asText(), series.path("value").asDouble() / BUDGET))
        .min((a, b) -> Boolean.compare(b.state().equals("firing"), a.state().equals("firing")))
        .orElse(Alert.INACTIVE);
  }

  private void show(BurnRateTier tier, Alert alert) {
    Alert before = shown.getOrDefault(tier, Alert.INACTIVE);
    shown.put(tier, alert);
    if (before.state().equals(alert.state())) {
      return;
    }
    String words = "%s, %s tier".formatted(objective, tier.name().toLowerCase(Locale.ROOT));
    switch (alert.state()) {
      case "firing" ->
          timeline.mark("alert fires: %s, burns %.0fx".formatted(words, alert.burnRate()));
      case "pending" ->
          timeline.note("alert pending: %s, burns %.0fx".formatted(words, alert.burnRate()));
      default -> timeline.mark("alert clear: %s".formatted(words));
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
