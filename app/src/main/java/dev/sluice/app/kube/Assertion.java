package dev.sluice.app.kube;

import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What we say of one object, and when we said it last. The words are made once for a decision: burn
 * rates change with every poll, and each write makes LLMKube run about ten reconciles. Shares, on
 * an InferenceSLO, change with every step of a climb.
 *
 * @param decision which verdict this says
 * @param wanted what the object's status should say of ours
 * @param replaced the state it said before this decision
 * @param nextWrite the earliest time of the next write; in the past before the first
 * @param written what was written last of this decision; empty before the first write
 */
record Assertion(
    DecisionId decision,
    SortedMap<String, String> wanted,
    Optional<String> replaced,
    Instant nextWrite,
    Optional<SortedMap<String, String>> written) {

  /**
   * How soon a word of ours that was overwritten is written again. LLMKube's merge patches put an
   * old copy back within 50 ms of their own transition; a writer that does so all the time must not
   * draw us into a race.
   */
  static final Duration REASSERT = Duration.ofSeconds(1);

  /** How soon a write that the API server refused is tried again. */
  static final Duration REFUSED = Duration.ofSeconds(30);

  Assertion {
    wanted = Collections.unmodifiableSortedMap(new TreeMap<>(wanted));
  }

  /** The assertion of a verdict about an object, after {@code before}. */
  static Assertion of(
      StatusPlace place,
      ServiceVerdict service,
      Optional<SortedMap<String, String>> shares,
      Optional<Assertion> before,
      SortedMap<String, String> live) {
    DecisionId decision = service.verdict().decision();
    boolean isNew = before.isEmpty() || !before.get().decision.equals(decision);
    Assertion assertion = isNew ? first(place, service, before, live) : before.get();
    return assertion.withShares(place, shares.orElse(live));
  }

  private Assertion withShares(StatusPlace place, SortedMap<String, String> shares) {
    SortedMap<String, String> next = place.withShares(wanted, shares);
    return next.equals(wanted) ? this : new Assertion(decision, next, replaced, nextWrite, written);
  }

  private static Assertion first(
      StatusPlace place,
      ServiceVerdict service,
      Optional<Assertion> before,
      SortedMap<String, String> live) {
    DecisionId decision = service.verdict().decision();
    SortedMap<String, String> last = before.map(Assertion::wanted).orElse(live);
    SortedMap<String, String> wanted = place.wanted(service, last);
    // Said by the run before this one: its words, with the burn rate of then, are as good.
    boolean isSaid = place.state(live).equals(place.state(wanted)) && names(live, decision);
    return new Assertion(
        decision,
        isSaid ? live : wanted,
        place.state(last),
        Instant.MIN,
        isSaid ? Optional.of(live) : Optional.empty());
  }

  private static boolean names(SortedMap<String, String> texts, DecisionId decision) {
    return texts.getOrDefault("message", "").endsWith(" " + decision);
  }

  /** When it is to be written; empty while it is there. */
  Optional<Instant> due(SortedMap<String, String> live) {
    return live.equals(wanted) ? Optional.empty() : Optional.of(nextWrite);
  }

  /** Whether its first write is a transition that a person would want to read of. */
  boolean isTransition(StatusPlace place) {
    Optional<String> state = place.state(wanted);
    return written.isEmpty()
        && state.isPresent()
        && replaced.isPresent()
        && !state.equals(replaced);
  }

  /** Why it is written now. */
  KubeMetrics.Cause cause() {
    if (written.isEmpty()) {
      return KubeMetrics.Cause.TRANSITION;
    }
    return written.get().equals(wanted) ? KubeMetrics.Cause.REASSERT : KubeMetrics.Cause.SHARES;
  }

  Assertion writtenAt(Instant now) {
    return new Assertion(decision, wanted, replaced, now.plus(REASSERT), Optional.of(wanted));
  }

  Assertion refused(Instant now) {
    return new Assertion(decision, wanted, replaced, now.plus(REFUSED), written);
  }
}
