package dev.sluice.model;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/** What Prometheus says of one objective and one subject at one moment. */
public sealed interface Evidence {

  /** The objective asked about. */
  ObjectiveRef objective();

  /** Whom the evidence is about. */
  Subject subject();

  /** When Prometheus was asked. */
  Instant observedAt();

  /**
   * Rules that are loaded, healthy and evaluated lately.
   *
   * @param alerts the state of each tier's alert; tiers without a rule are absent
   * @param burnRate error ratio over the fast tier's short window, in multiples of the budget;
   *     empty when there was no traffic (0/0) or it couldn't be read
   * @param samples events counted in the fast tier's short window; empty when not asked or unread
   */
  record Measured(
      ObjectiveRef objective,
      Subject subject,
      Instant observedAt,
      Map<BurnRateTier, AlertState> alerts,
      OptionalDouble burnRate,
      OptionalDouble samples)
      implements Evidence {

    public Measured {
      EnumMap<BurnRateTier, AlertState> copy = new EnumMap<>(BurnRateTier.class);
      copy.putAll(alerts);
      alerts = Collections.unmodifiableMap(copy);
    }

    /** The state of a tier's alert; inactive where Pyrra made no rule for the tier. */
    public AlertState alert(BurnRateTier tier) {
      return alerts.getOrDefault(tier, AlertState.INACTIVE);
    }
  }

  /**
   * Nothing can be concluded.
   *
   * @param cause which kind of nothing
   * @param words one sentence with what was found and what to do
   */
  record Unusable(
      ObjectiveRef objective, Subject subject, Instant observedAt, UnknownCause cause, String words)
      implements Evidence {}
}
