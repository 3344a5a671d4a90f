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
 * rates change with every poll, and each write makes LLMKube run about ten reconciles.
 *
 * @param decision which verdict this says
 * @param wanted what the object's status should say of ours
 * @param replaced the state it said before this decision
 * @param nextWrite the earliest time of the next write; in the past before the first
 * @param isWritten whether it was written at all
 */
record Assertion(
    DecisionId decision,
    SortedMap<String, String> wanted,
    Optional<String> replaced,
    Instant nextWrite,
    boolean isWritten) {

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
      Optional<Assertion> before,
      SortedMap<String, String> live) {
    DecisionId decision = service.verdict().decision();
    if (before.isPresent() && before.get().decision.equals(decision)) {
      return before.get();
    }
    SortedMap<String, String> last = before.map(Assertion::wanted).orElse(live);
    SortedMap<String, String> wanted = place.wanted(service, last);
    // Said by the run before this one: its words, with the burn rate of then, are as good.
    boolean isSaid = place.state(live).equals(place.state(wanted)) && names(live, decision);
    return new Assertion(decision, isSaid ? live : wanted, place.state(last), Instant.MIN, isSaid);
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
    return !isWritten && state.isPresent() && replaced.isPresent() && !state.equals(replaced);
  }

  Assertion written(Instant now) {
    return new Assertion(decision, wanted, replaced, now.plus(REASSERT), true);
  }

  Assertion refused(Instant now) {
    return new Assertion(decision, wanted, replaced, now.plus(REFUSED), isWritten);
  }
}
