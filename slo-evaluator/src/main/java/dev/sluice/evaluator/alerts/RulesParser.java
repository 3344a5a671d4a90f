package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.alerts.AlertRule.ActiveAlert;
import dev.sluice.model.AlertState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the {@code data} of {@code /api/v1/rules}. Fields that are missing or odd count as "not
 * evaluated", never as "inactive".
 *
 * <p>Source of the format: Prometheus documentation, "HTTP API", Rules. Prometheus marks it as not
 * covered by its v1 stability promise; 2.42 and 3.x differ in that 3.x calls the state of a rule
 * that was never evaluated {@code unknown}.
 */
final class RulesParser {

  private RulesParser() {}

  static List<AlertRule> parse(JsonNode data) {
    List<AlertRule> rules = new ArrayList<>();
    for (JsonNode group : data.path("groups")) {
      Duration interval = Duration.ofMillis(Math.round(group.path("interval").asDouble() * 1000));
      for (JsonNode rule : group.path("rules")) {
        if (rule.path("type").asText().equals("alerting")) {
          rules.add(rule(rule, interval));
        }
      }
    }
    return rules;
  }

  private static AlertRule rule(JsonNode rule, Duration interval) {
    Optional<AlertState> state = state(rule);
    List<ActiveAlert> alerts = new ArrayList<>();
    for (JsonNode alert : rule.path("alerts")) {
      state(alert).ifPresent(s -> alerts.add(new ActiveAlert(labels(alert), s)));
    }
    return new AlertRule(
        rule.path("name").asText(),
        rule.path("query").asText(),
        labels(rule),
        state.orElse(AlertState.INACTIVE),
        error(rule),
        state.flatMap(_ -> evaluatedAt(rule)),
        interval,
        alerts);
  }

  private static Optional<AlertState> state(JsonNode node) {
    return switch (node.path("state").asText()) {
      case "inactive" -> Optional.of(AlertState.INACTIVE);
      case "pending" -> Optional.of(AlertState.PENDING);
      case "firing" -> Optional.of(AlertState.FIRING);
      default -> Optional.empty();
    };
  }

  private static Optional<String> error(JsonNode rule) {
    String words = rule.path("lastError").asText();
    return rule.path("health").asText().equals("err") || !words.isEmpty()
        ? Optional.of(words)
        : Optional.empty();
  }

  // Prometheus prints Go's zero time, 0001-01-01T00:00:00Z, for "never".
  private static Optional<Instant> evaluatedAt(JsonNode rule) {
    if (rule.path("health").asText().equals("unknown")) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(rule.path("lastEvaluation").asText()).toInstant())
          .filter(at -> at.isAfter(Instant.EPOCH));
    } catch (DateTimeException odd) {
      return Optional.empty();
    }
  }

  private static Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new HashMap<>();
    node.path("labels").properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return labels;
  }
}
