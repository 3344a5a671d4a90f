package dev.sluice.foreman.dispatch;

import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchRules.Metering;
import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is admitted onto services that recover, and defers what is beyond the bound of their
 * policy until the next step: a fraction alone lets a long queue through at once.
 *
 * <p>A task that is asked about again in the same step, because the node it tried was taken, counts
 * once. Work without a name counts each time.
 *
 * <p>The one thing of this package that remembers. Thread: any. Memory: the names admitted in one
 * step of each service that recovers.
 */
public final class Meter {

  private final Map<ServiceRef, Step> steps = new HashMap<>();

  /** One that has counted nothing. */
  public Meter() {}

  /**
   * Decides as {@link Dispatcher#decide} does, and counts.
   *
   * @param work names the task; empty if it has no name
   */
  public DispatchDecision decide(
      Standing standing, int priority, Optional<String> work, Instant now, long seed) {
    DispatchDecision decision = Dispatcher.decide(standing, priority, now, seed);
    Optional<Metering> metering = standing.rules().metering();
    if (metering.isEmpty() || !isMetered(decision, standing, now)) {
      return decision;
    }
    Metering bound = metering.get();
    Duration since = Duration.between(standing.verdict().since(), now);
    long number = Math.max(0, since.dividedBy(bound.step()));
    if (takes(standing, number, work, bound.admissions())) {
      return decision;
    }
    Duration untilNext = bound.step().multipliedBy(number + 1).minus(since);
    return Dispatcher.full(
        decision.grounds(), standing, untilNext, new SplittableRandom(seed).nextDouble());
  }

  private synchronized boolean takes(
      Standing standing, long number, Optional<String> work, int bound) {
    DecisionId recovery = standing.verdict().decision();
    Step step =
        steps.compute(standing.service(), (service, last) -> Step.at(last, recovery, number));
    return step.takes(work, bound);
  }

  /** Only what the fraction of a recovery let through; a priority that passes, passes. */
  private static boolean isMetered(DispatchDecision decision, Standing standing, Instant now) {
    DispatchReason reason = decision.grounds().reason();
    return decision instanceof Admit
        && (reason == DispatchReason.RECOVERING || reason == DispatchReason.HELD)
        && standing.verdict().actingState(now) == VerdictState.RECOVERING;
  }

  /** What one step of one recovery admitted. */
  private static final class Step {

    private final DecisionId recovery;
    private final long number;
    private final Set<String> names = new HashSet<>();
    private int admitted;

    private Step(DecisionId recovery, long number) {
      this.recovery = recovery;
      this.number = number;
    }

    static Step at(@Nullable Step last, DecisionId recovery, long number) {
      return last != null && last.recovery.equals(recovery) && last.number == number
          ? last
          : new Step(recovery, number);
    }

    boolean takes(Optional<String> work, int bound) {
      if (work.isPresent() && names.contains(work.get())) {
        return true;
      }
      if (admitted >= bound) {
        return false;
      }
      work.ifPresent(names::add);
      admitted++;
      return true;
    }
  }
}
