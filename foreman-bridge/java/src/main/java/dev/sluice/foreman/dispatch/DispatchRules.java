package dev.sluice.foreman.dispatch;

import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a policy says of dispatch: all that a client needs to decide by itself.
 *
 * @param mode whether verdicts act
 * @param onBreach the answer while Breached; {@code ADMIT} lifts every other deferral but onUnknown
 * @param minPriority work of at least this priority is never deferred; empty if none is
 * @param onUnknown the answer when nothing is known and nothing is held
 * @param atRisk the admit fraction while AtRisk and burning
 * @param probe the least admit fraction while Recovering
 * @param climb how long Recovering takes to admit everything, as long as a share takes to climb
 * @param askAgain when to ask again, before jitter
 * @param metering how many may go while Recovering; empty for no bound but the fraction
 */
public record DispatchRules(
    SloPolicy.Mode mode,
    Answer onBreach,
    OptionalInt minPriority,
    Answer onUnknown,
    Share atRisk,
    Share probe,
    Duration climb,
    Duration askAgain,
    Optional<Metering> metering) {

  // A breach lasts at least clearFor, but a task that waits that long for nothing hurts more than
  // an answer from memory costs. Foreman itself asks every 10 s.
  private static final Duration SOONEST = Duration.ofSeconds(10);
  private static final Duration LATEST = Duration.ofSeconds(30);

  public DispatchRules {
    requirePositive("climb", climb);
    requirePositive("askAgain", askAgain);
  }

  /**
   * A bound on admissions while Recovering.
   *
   * @param admissions at most so many in each step
   * @param step steps follow each other from when Recovering began
   */
  public record Metering(int admissions, Duration step) {
    public Metering {
      if (admissions < 1) {
        throw new IllegalArgumentException("admissions: " + admissions + " (expected: >= 1)");
      }
      requirePositive("step", step);
    }
  }

  /** What this policy says. */
  public static DispatchRules of(SloPolicy policy) {
    Dispatch dispatch = policy.dispatch();
    return new DispatchRules(
        policy.mode(),
        dispatch.onBreach(),
        minPriority(dispatch),
        dispatch.onUnknown(),
        policy.shares().atRisk(),
        policy.shares().probe(),
        climb(policy.shares()),
        clamp(policy.judge().clearFor()),
        metering(policy));
  }

  private static Optional<Metering> metering(SloPolicy policy) {
    OptionalInt admissions = policy.dispatch().admitPerStep();
    return admissions.isPresent()
        ? Optional.of(new Metering(admissions.getAsInt(), policy.shares().step()))
        : Optional.empty();
  }

  // Integer.MAX_VALUE is the policy's way to say that no priority passes.
  private static OptionalInt minPriority(Dispatch dispatch) {
    return dispatch.minPriority() == Integer.MAX_VALUE
        ? OptionalInt.empty()
        : OptionalInt.of(dispatch.minPriority());
  }

  private static Duration climb(SloPolicy.Shares shares) {
    double steps = Math.ceil((1 - shares.probe().value()) / shares.recoverBy());
    return shares.step().multipliedBy(Math.max(1, (long) steps));
  }

  private static Duration clamp(Duration clearFor) {
    if (clearFor.compareTo(SOONEST) < 0) {
      return SOONEST;
    }
    return clearFor.compareTo(LATEST) > 0 ? LATEST : clearFor;
  }

  private static void requirePositive(String field, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
    }
  }
}
