package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.alerts.AlertRule.ActiveAlert;
import dev.sluice.model.AlertState;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads the {@code data} of {@code /api/v1/rules}. Fields that are missing or odd count as "not
 * evaluated", never as "inactive".
 *
 * <p>Source of the format: Prometheus documentation, "HTTP API", Rules. Prometheus marks it as not
 * covered by its v1 stability promise; 2.42 and 3.x differ in that 3.x calls the state of a rule
 * that was never evaluated {@code unknown}.
 */
final class RulesParser {

  private final JsonParser data;
  private final List<AlertRule> rules = new ArrayList<>();
  // The same namespaces, severities and names come again and again.
  private final Map<String, String> texts = new HashMap<>();

  private RulesParser(JsonParser data) {
    this.data = data;
  }

  /**
   * Reads rule by rule, so that no more than a group's JSON is held at once.
   *
   * @param data stands on the first token of {@code data}
   */
  static List<AlertRule> parse(JsonParser data) throws IOException {
    RulesParser parser = new RulesParser(data);
    parser.fields(
        field -> {
          if (field.equals("groups")) {
            parser.items(parser::group);
          } else {
            data.skipChildren();
          }
        });
    return parser.rules;
  }

  private interface Step<T> {
    void take(T on) throws IOException;
  }

  private interface Item {
    void read() throws IOException;
  }

  /** Has every field of an object read, the parser standing on its value. */
  private void fields(Step<String> reader) throws IOException {
    if (data.currentToken() != JsonToken.START_OBJECT) {
      data.skipChildren();
      return;
    }
    while (data.nextToken() == JsonToken.FIELD_NAME) {
      String field = data.currentName();
      data.nextToken();
      reader.take(field);
    }
  }

  private void items(Item reader) throws IOException {
    if (data.currentToken() != JsonToken.START_ARRAY) {
      data.skipChildren();
      return;
    }
    while (data.nextToken() != JsonToken.END_ARRAY) {
      reader.read();
    }
  }

  // Prometheus prints a group's interval after its rules.
  private void group() throws IOException {
    List<JsonNode> members = new ArrayList<>();
    AtomicReference<Duration> interval = new AtomicReference<>(Duration.ZERO);
    fields(
        field -> {
          switch (field) {
            case "rules" -> items(() -> members.add(data.readValueAsTree()));
            case "interval" ->
                interval.set(Duration.ofMillis(Math.round(data.getValueAsDouble() * 1000)));
            default -> data.skipChildren();
          }
        });
    for (JsonNode rule : members) {
      if (rule.path("type").asText().equals("alerting")) {
        rules.add(rule(rule, interval.get()));
      }
    }
  }

  private AlertRule rule(JsonNode rule, Duration interval) {
    Optional<AlertState> state = state(rule);
    List<ActiveAlert> alerts = new ArrayList<>();
    for (JsonNode alert : rule.path("alerts")) {
      state(alert)
          .ifPresent(
              s ->
                  alerts.add(
                      new ActiveAlert(
                          labels(alert),
                          s,
                          PrometheusNumber.finite(alert.path("value").asText()),
                          time(alert.path("activeAt")))));
    }
    return new AlertRule(
        shared(rule.path("name").asText()),
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

  private static Optional<Instant> evaluatedAt(JsonNode rule) {
    return rule.path("health").asText().equals("unknown")
        ? Optional.empty()
        : time(rule.path("lastEvaluation"));
  }

  // Prometheus prints Go's zero time, 0001-01-01T00:00:00Z, for "never".
  private static Optional<Instant> time(JsonNode text) {
    try {
      return Optional.of(OffsetDateTime.parse(text.asText()).toInstant())
          .filter(at -> at.isAfter(Instant.EPOCH));
    } catch (DateTimeException odd) {
      return Optional.empty();
    }
  }

  private Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new HashMap<>();
    node.path("labels")
        .properties()
        .forEach(e -> labels.put(shared(e.getKey()), shared(e.getValue().asText())));
    return labels;
  }

  private String shared(String text) {
    return texts.computeIfAbsent(text, same -> same);
  }
}
