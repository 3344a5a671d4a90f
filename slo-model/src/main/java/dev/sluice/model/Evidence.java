package dev.sluice.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What Prometheus says of one objective and one subject. It doesn't say when: what is said again is
 * equal, so that who reads it can tell that nothing changed.
 */
public sealed interface Evidence {

  /** The objective asked about. */
  ObjectiveRef objective();

  /** Whom the evidence is about. */
  Subject subject();

  /**
   * Rules that are loaded, healthy and evaluated lately.
   *
   * @param alerts the state of each tier's alert; tiers without a rule are absent
   * @param activeSince of each tier whose alert is pending or fires: when its expression became
   *     true, by Prometheus's word
   * @param burnRate error ratio over the fast tier's short window, in multiples of the budget;
   *     empty when there was no traffic (0/0) or it couldn't be read
   * @param samples events counted in the fast tier's short window; empty when not asked or unread
   */
  record Measured(
      ObjectiveRef objective,
      Subject subject,
      Map<BurnRateTier, AlertState> alerts,
      Map<BurnRateTier, Instant> activeSince,
      OptionalDouble burnRate,
      OptionalDouble samples)
      implements Evidence {

    public Measured {
      alerts = Map.copyOf(alerts);
      activeSince = Map.copyOf(activeSince);
    }

    /** The same, of which nobody said since when its alerts are active. */
    public Measured(
        ObjectiveRef objective,
        Subject subject,
        Map<BurnRateTier, AlertState> alerts,
        OptionalDouble burnRate,
        OptionalDouble samples) {
      this(objective, subject, alerts, Map.of(), burnRate, samples);
    }

    /** The state of a tier's alert; inactive where Pyrra made no rule for the tier. */
    public AlertState alert(BurnRateTier tier) {
      return alerts.getOrDefault(tier, AlertState.INACTIVE);
    }

    /** When the expression of a tier's alert became true; empty while it is inactive. */
    public Optional<Instant> activeSince(BurnRateTier tier) {
      return Optional.ofNullable(activeSince.get(tier));
    }
  }

  /**
   * Nothing can be concluded.
   *
   * @param cause which kind of nothing
   * @param words one sentence with what was found and what to do
   */
  record Unusable(ObjectiveRef objective, Subject subject, UnknownCause cause, String words)
      implements Evidence {}
}
