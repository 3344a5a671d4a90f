package dev.sluice.evaluator.alerts;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import java.util.Map;
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
      Objective objective, AlertRule fast, SortedMap<Subject, Map<BurnRateTier, AlertState>> alerts)
      implements RuleReading {

    /** Whether anything is pending or fires. */
    boolean isActive() {
      return alerts.values().stream()
          .flatMap(tiers -> tiers.values().stream())
          .anyMatch(state -> state != AlertState.INACTIVE);
    }
  }

  /** Nothing can be concluded, and why. */
  record Unusable(Objective objective, UnknownCause cause, String words) implements RuleReading {}
}
