package dev.sluice.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One Pyrra {@code ServiceLevelObjective} that speaks for one InferenceService.
 *
 * @param ref the Pyrra object
 * @param service the InferenceService it speaks for
 * @param indicator what it measures
 * @param target the ratio that must succeed, in (0, 1): Pyrra's {@code target: "99"} is 0.99
 * @param window the SLO window, 28 days by default in LLMKube
 * @param total the PromQL selector of the series that counts all events, for example {@code
 *     vllm:time_to_first_token_seconds_count{service="chat"}}
 * @param subset the PromQL selector of the series that counts those of them that matter: the failed
 *     ones (errors), or the fast ones of a classic histogram (latency); empty where {@code total}
 *     has them too
 * @param grouping the labels Pyrra groups by; {@code pod} or {@code instance} makes the objective
 *     speak for each replica alone
 * @param alertName the name of its burn-rate alerts, {@code ErrorBudgetBurn} unless renamed
 */
public record Objective(
    ObjectiveRef ref,
    ServiceRef service,
    Indicator indicator,
    double target,
    Duration window,
    String total,
    Optional<String> subset,
    List<String> grouping,
    String alertName) {

  /** Pyrra's default alert name ({@code servicelevelobjective_types.go}). */
  public static final String DEFAULT_ALERT_NAME = "ErrorBudgetBurn";

  public Objective {
    if (!(target > 0 && target < 1)) {
      throw new IllegalArgumentException(
          "ServiceLevelObjective " + ref + ": target ratio " + target + " (expected: in (0, 1))");
    }
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException(
          "ServiceLevelObjective " + ref + ": window " + window + " (expected: > 0)");
    }
    grouping = List.copyOf(grouping);
  }

  /** One whose {@code total} has all there is to count. */
  public Objective(
      ObjectiveRef ref,
      ServiceRef service,
      Indicator indicator,
      double target,
      Duration window,
      String total,
      List<String> grouping,
      String alertName) {
    this(ref, service, indicator, target, window, total, Optional.empty(), grouping, alertName);
  }

  /** The share of events that may fail. */
  public double budget() {
    return 1 - target;
  }

  /** This tier's windows for this objective. */
  public BurnRateTier.Windows windows(BurnRateTier tier) {
    return tier.windows(window);
  }
}
