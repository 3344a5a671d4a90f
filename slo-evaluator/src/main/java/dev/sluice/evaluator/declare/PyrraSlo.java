package dev.sluice.evaluator.declare;

import dev.sluice.model.ObjectiveRef;
import java.util.Map;

/**
 * A Pyrra {@code ServiceLevelObjective} as it is written; {@link ObjectiveResolver} makes an {@link
 * dev.sluice.model.Objective} of it.
 *
 * @param labels {@code metadata.labels}
 * @param target {@code spec.target}, a percentage as text: {@code "99.9"}
 * @param window {@code spec.window}, a Prometheus duration: {@code 28d}
 * @param alertName {@code spec.alerting.name}, or {@link
 *     dev.sluice.model.Objective#DEFAULT_ALERT_NAME}
 * @param alerts whether Pyrra makes burn-rate alerts of it: false if {@code spec.alerting.disabled}
 *     is true or {@code spec.alerting.burnrates} is false
 */
public record PyrraSlo(
    ObjectiveRef ref,
    Map<String, String> labels,
    String target,
    String window,
    PyrraIndicator indicator,
    String alertName,
    boolean alerts) {

  public PyrraSlo {
    labels = Map.copyOf(labels);
  }
}
