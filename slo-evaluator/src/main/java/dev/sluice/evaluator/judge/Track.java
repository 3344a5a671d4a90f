package dev.sluice.evaluator.judge;

import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is remembered of one subject.
 *
 * @param verdict the last one; empty before the first
 * @param held the breach that was, while the verdict is an Unknown that came after it
 * @param burning the objectives that caused the breach, while there is one
 * @param clearSince since when their alerts are clear, while Breached
 * @param clearFor how long they must be; doubled by each breach while Recovering
 * @param decayedAt when {@code clearFor} was last halved
 * @param evidenceAt when usable evidence was last seen
 */
public record Track(
    Optional<Verdict> verdict,
    Optional<Verdict.Breached> held,
    Set<ObjectiveRef> burning,
    Optional<Instant> clearSince,
    Duration clearFor,
    Optional<Instant> decayedAt,
    Optional<Instant> evidenceAt) {

  public Track {
    burning = Set.copyOf(burning);
  }

  static Track unseen(Duration clearFor) {
    return new Track(
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        clearFor,
        Optional.empty(),
        Optional.empty());
  }

  /** The state whose actions apply: a held one while its hold lasts, Unknown after that. */
  VerdictState actingState(Instant now) {
    return verdict.map(last -> last.actingState(now)).orElse(VerdictState.UNKNOWN);
  }

  /** The breach that goes on: the verdict itself, or the one that an Unknown still holds. */
  Optional<Verdict.Breached> breach(Instant now) {
    return actingState(now) == VerdictState.BREACHED ? lastBreach() : Optional.empty();
  }

  private Optional<Verdict.Breached> lastBreach() {
    return verdict.orElse(null) instanceof Verdict.Breached last ? Optional.of(last) : held;
  }

  /** The same, with a new verdict and no breach going on. */
  Track settled(Verdict next) {
    return new Track(
        Optional.of(next),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        clearFor,
        decayedAt,
        evidenceAt);
  }

  /** The same, with the clear clock stopped and reset: time without evidence doesn't count. */
  Track suspended(Verdict.Unknown next) {
    return new Track(
        Optional.of(next),
        lastBreach(),
        burning,
        Optional.empty(),
        clearFor,
        decayedAt,
        evidenceAt);
  }

  /** The same, in a breach caused by these objectives. */
  Track breached(Verdict next, Set<ObjectiveRef> causes, Optional<Instant> clear, Duration wait) {
    return new Track(
        Optional.of(next), Optional.empty(), causes, clear, wait, Optional.empty(), evidenceAt);
  }

  Track withClearFor(Duration wait, Optional<Instant> decayed) {
    return new Track(verdict, held, burning, clearSince, wait, decayed, evidenceAt);
  }

  Track continuedAt(Instant now) {
    boolean isUnknown = verdict.orElse(null) instanceof Verdict.Unknown;
    return isUnknown || evidenceAt.isEmpty() ? this : withEvidenceAt(now);
  }

  boolean isAsGoodAs(Track other) {
    return verdict.map(Verdict::decision).equals(other.verdict.map(Verdict::decision))
        && burning.equals(other.burning)
        && clearSince.equals(other.clearSince)
        && clearFor.equals(other.clearFor);
  }

  /** Whether it is WithinBudget by the evidence of {@code lastTurn}, and no clock runs. */
  boolean isCalm(Instant lastTurn, Duration leastClearFor) {
    return verdict.isPresent()
        && verdict.get() instanceof Verdict.WithinBudget
        && evidenceAt.isPresent()
        && evidenceAt.get().equals(lastTurn)
        && clearFor.compareTo(leastClearFor) <= 0;
  }

  Track withEvidenceAt(Instant at) {
    return new Track(verdict, held, burning, clearSince, clearFor, decayedAt, Optional.of(at));
  }
}
