package dev.sluice.evaluator.alerts;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;

/** What Prometheus's rules say of one objective. */
sealed interface RuleReading {

  /** The objective asked about. */
  Objective objective();

  /**
   * The rules are loaded, healthy and evaluated lately.
   *
   * @param fast the rule of the fast tier
   * @param alerts the states of the tiers, by subject; replicas without an active alert are absent
   */
  record Usable(
      Objective objective, AlertRule fast, SortedMap<Subject, Map<BurnRateTier, TierAlert>> alerts)
      implements RuleReading {

    /** Whether anything is pending or fires. */
    boolean isActive() {
      return alerts.values().stream()
          .flatMap(tiers -> tiers.values().stream())
          .anyMatch(alert -> alert.state() != AlertState.INACTIVE);
    }

    /** The state of each tier, as {@code subject} has it. */
    Map<BurnRateTier, AlertState> states(Subject subject) {
      Map<BurnRateTier, AlertState> states = new EnumMap<>(BurnRateTier.class);
      tiers(subject).forEach((tier, alert) -> states.put(tier, alert.state()));
      return states;
    }

    /** Since when the tiers of {@code subject} are active; those that aren't are absent. */
    Map<BurnRateTier, Instant> activeSince(Subject subject) {
      Map<BurnRateTier, Instant> times = new EnumMap<>(BurnRateTier.class);
      tiers(subject).forEach((tier, alert) -> alert.since().ifPresent(at -> times.put(tier, at)));
      return times;
    }

    private Map<BurnRateTier, TierAlert> tiers(Subject subject) {
      return alerts.getOrDefault(subject, Map.of());
    }

    /**
     * The burn rate that the fast alert itself has seen, in multiples of the budget, while it
     * fires: a comparison's value is its left side, and {@code and} keeps it. Of several groups the
     * worst. Empty when it doesn't fire, or when each replica burns at its own rate.
     */
    OptionalDouble firingBurnRate() {
      // Nearly all are quiet: their selector needs no parsing.
      if (fast.alerts().isEmpty()
          || Replicas.label(objective).isPresent()
          || !comparesTheSeries()) {
        return OptionalDouble.empty();
      }
      return fast.alerts().stream()
          .filter(alert -> alert.state() == AlertState.FIRING)
          .flatMapToDouble(alert -> alert.value().stream())
          .map(ratio -> ratio / objective.budget())
          .max();
    }

    private boolean comparesTheSeries() {
      return RuleBook.leadingSelector(fast)
          .filter(series -> fast.query().startsWith(series.text() + " > "))
          .isPresent();
    }
  }

  /** Nothing can be concluded, and why. */
  record Unusable(Objective objective, UnknownCause cause, String words) implements RuleReading {}
}
