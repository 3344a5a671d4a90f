package dev.sluice.evaluator.alerts;

import dev.sluice.model.AlertState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One alerting rule as {@code /api/v1/rules} shows it.
 *
 * @param name the alert's name
 * @param query its expression, as Prometheus prints it
 * @param labels those the rule sets on its alerts
 * @param state the most urgent state of its alerts
 * @param error what went wrong at the last evaluation, if it did
 * @param evaluatedAt when it was last evaluated; empty if it never was
 * @param interval of its group
 * @param alerts those that are pending or firing, one for each label set
 */
record AlertRule(
    String name,
    String query,
    Map<String, String> labels,
    AlertState state,
    Optional<String> error,
    Optional<Instant> evaluatedAt,
    Duration interval,
    List<ActiveAlert> alerts) {

  AlertRule {
    labels = Map.copyOf(labels);
    alerts = List.copyOf(alerts);
  }

  /**
   * One alert of a rule.
   *
   * @param value of the expression when it was last true; empty if it isn't a finite number
   * @param activeAt when the expression became true: an alert with a {@code for} fires that later
   */
  record ActiveAlert(
      Map<String, String> labels,
      AlertState state,
      OptionalDouble value,
      Optional<Instant> activeAt) {
    ActiveAlert {
      labels = Map.copyOf(labels);
    }
  }

  String label(String name) {
    return labels.getOrDefault(name, "");
  }
}
