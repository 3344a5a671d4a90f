package dev.sluice.evaluator.alerts;

import dev.sluice.model.AlertState;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the alerts of one tier say together.
 *
 * @param since when the first of those in this state became active; empty if inactive
 */
record TierAlert(AlertState state, Optional<Instant> since) {

  static TierAlert of(AlertRule.ActiveAlert alert) {
    return new TierAlert(alert.state(), alert.activeAt());
  }

  /** All alerts of a rule as one. */
  static TierAlert of(AlertRule rule) {
    return rule.alerts().stream()
        .filter(alert -> alert.state() == rule.state())
        .map(TierAlert::of)
        .reduce(new TierAlert(rule.state(), Optional.empty()), TierAlert::and);
  }

  /** The more urgent of both; of two that are alike the one that is active for longer. */
  TierAlert and(TierAlert other) {
    if (state != other.state) {
      return state.compareTo(other.state) > 0 ? this : other;
    }
    return new TierAlert(
        state,
        Stream.of(since, other.since).flatMap(Optional::stream).min(Comparator.naturalOrder()));
  }
}
