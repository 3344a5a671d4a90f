package dev.sluice.model;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How one service is judged and what a breach of it does: the defaults of the design, or an
 * InferenceSLO's {@code spec.onBreach}.
 *
 * @param mode whether verdicts act
 * @param judge when a state is entered and left
 * @param shares how much traffic each state keeps
 * @param dispatch what the breach service answers
 */
public record SloPolicy(Mode mode, Judge judge, Shares shares, Dispatch dispatch) {

  /** What applies to a service without an InferenceSLO. */
  public static final SloPolicy DEFAULT =
      new SloPolicy(Mode.ENFORCE, Judge.DEFAULT, Shares.DEFAULT, Dispatch.DEFAULT);

  /** Whether verdicts act. */
  public enum Mode {
    /** Shares move and dispatch is deferred. */
    ENFORCE,
    /** Judge and publish, act on nothing. */
    OBSERVE
  }

  /**
   * Times of the judge. Attack is at once (Pyrra already waited its {@code for}), release is slow.
   *
   * @param clearFor how long the alert must be clear before recovery; doubled by each re-breach
   *     while recovering
   * @param clearForCap the most it may be doubled to
   * @param minSamples events in the fast tier's short window that prove recovery
   * @param idleRecovery after how long a service that nobody calls recovers by time alone
   * @param holdLast how long Unknown holds the last action
   */
  public record Judge(
      Duration clearFor,
      Duration clearForCap,
      int minSamples,
      Duration idleRecovery,
      Duration holdLast) {

    /** The design's numbers, section 5. */
    public static final Judge DEFAULT =
        new Judge(
            Duration.ofMinutes(2),
            Duration.ofMinutes(32),
            20,
            Duration.ofMinutes(10),
            Duration.ofMinutes(5));

    public Judge {
      PromDuration.requirePositive("clearFor", clearFor);
      PromDuration.requirePositive("idleRecovery", idleRecovery);
      PromDuration.requireNotNegative("holdLast", holdLast);
      if (clearForCap.compareTo(clearFor) < 0) {
        throw new IllegalArgumentException(
            "clearForCap: "
                + PromDuration.format(clearForCap)
                + " (expected: at least clearFor, "
                + PromDuration.format(clearFor)
                + ")");
      }
      if (minSamples < 1) {
        throw new IllegalArgumentException("minSamples: " + minSamples + " (expected: >= 1)");
      }
    }
  }

  /**
   * How much of its declared traffic a backend keeps.
   *
   * @param atRisk while AtRisk and burning
   * @param breached when Breached begins; it halves every {@code step} while the burn goes on
   * @param probe the least it is halved to, so that recovery can be proven
   * @param recoverBy what Recovering gives back every {@code step}, in (0, 1]
   * @param step the least time between two changes of a share
   */
  public record Shares(Share atRisk, Share breached, Share probe, double recoverBy, Duration step) {

    /** The design's numbers, section 6. */
    public static final Shares DEFAULT =
        new Shares(new Share(0.75), new Share(0.25), new Share(0.05), 0.1, Duration.ofSeconds(30));

    public Shares {
      if (probe.compareTo(breached) > 0 || breached.compareTo(atRisk) > 0) {
        throw new IllegalArgumentException(
            "shares: probe "
                + probe
                + ", breached "
                + breached
                + ", atRisk "
                + atRisk
                + " (expected: probe <= breached <= atRisk)");
      }
      if (!(recoverBy > 0 && recoverBy <= 1)) {
        throw new IllegalArgumentException("recoverBy: " + recoverBy + " (expected: > 0 and <= 1)");
      }
      PromDuration.requirePositive("step", step);
    }
  }

  /**
   * What the breach service answers while Breached.
   *
   * @param onBreach whether dispatch is deferred
   * @param minPriority tasks of at least this priority are admitted all the same
   * @param onUnknown what to answer when nothing is known and no action is held
   * @param admitPerStep while Recovering, at most so many admissions in each {@link Shares#step};
   *     empty for no bound but the admit fraction
   */
  public record Dispatch(
      Answer onBreach, int minPriority, Answer onUnknown, OptionalInt admitPerStep) {

    /** Defer on breach, whatever the priority; admit when nothing is known. */
    public static final Dispatch DEFAULT =
        new Dispatch(Answer.DEFER, Integer.MAX_VALUE, Answer.ADMIT, OptionalInt.empty());

    public Dispatch {
      if (admitPerStep.orElse(1) < 1) {
        throw new IllegalArgumentException(
            "admitPerStep: " + admitPerStep.getAsInt() + " (expected: >= 1)");
      }
    }

    /** A decision on dispatch. */
    public enum Answer {
      /** Dispatch now. */
      ADMIT,
      /** Ask again later. */
      DEFER
    }
  }
}
