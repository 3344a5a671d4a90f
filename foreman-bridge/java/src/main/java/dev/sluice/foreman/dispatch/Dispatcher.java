package dev.sluice.foreman.dispatch;

import dev.sluice.foreman.dispatch.DispatchDecision.Grounds;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Decides whether work may be dispatched onto a service. Pure: chance comes in as a seed.
 *
 * <table>
 *   <caption>By the state that acts</caption>
 *   <tr><th>state</th><th>admit fraction</th><th>deferred</th></tr>
 *   <tr><td>WithinBudget</td><td>1</td><td>nothing</td></tr>
 *   <tr><td>AtRisk, burning</td><td>{@code atRisk}</td><td>priority below 0</td></tr>
 *   <tr><td>AtRisk, burn below 1</td><td>1</td><td>nothing</td></tr>
 *   <tr><td>Breached</td><td>0</td><td>everything</td></tr>
 *   <tr><td>Recovering</td><td>time since / {@code climb}, at least {@code probe}</td>
 *       <td>by chance, all but the fraction</td></tr>
 *   <tr><td>Unknown, held</td><td colspan="2">as the state before; Recovering stays at its
 *       {@code probe}</td></tr>
 *   <tr><td>Unknown</td><td colspan="2">{@code onUnknown}</td></tr>
 * </table>
 *
 * <p>What would be deferred is admitted all the same if the policy only observes, if {@code
 * onBreach} is {@code ADMIT}, or if the priority is at least {@code minPriority}.
 *
 * <p>Burning means a burn rate of at least 1 now: what a long window still remembers of an old burn
 * defers nothing, as it moves no share.
 */
public final class Dispatcher {

  private static final double BURNING = 1;
  private static final double JITTER = 0.2;

  private final Standing standing;
  private final int priority;
  private final Instant now;
  private final SplittableRandom chance;

  private Dispatcher(Standing standing, int priority, Instant now, long seed) {
    this.standing = standing;
    this.priority = priority;
    this.now = now;
    this.chance = new SplittableRandom(seed);
  }

  /**
   * Decides for one piece of work.
   *
   * @param priority higher goes first; 0 if the task has none
   * @param seed decides who belongs to a fraction, and the jitter
   */
  public static DispatchDecision decide(Standing standing, int priority, Instant now, long seed) {
    return new Dispatcher(standing, priority, now, seed).decide();
  }

  /**
   * Admits work for which no verdict can speak.
   *
   * @param why one sentence for a person
   */
  public static DispatchDecision noService(String why) {
    return new DispatchDecision.Admit(
        new Grounds(
            DispatchReason.NO_SERVICE,
            why,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  /** Admits work for a service that isn't known. */
  public static DispatchDecision unknownService(ServiceRef service) {
    return noService("InferenceService " + service + " is not known; nothing is held against it");
  }

  /**
   * Defers what would have been admitted, had the step not given all it may.
   *
   * @param untilNext when the next step begins
   * @param chance in [0, 1), spreads who asks again then
   */
  static DispatchDecision full(
      Grounds admitted, Standing standing, Duration untilNext, double chance) {
    int admissions = standing.rules().metering().orElseThrow().admissions();
    String note = "all %d admissions of this step are given".formatted(admissions);
    Duration spread =
        Duration.ofMillis(Math.round(standing.rules().askAgain().toMillis() * JITTER * chance));
    return new DispatchDecision.Defer(
        admitted.because(Explanation.of(standing, note)),
        untilNext.plus(spread).plusMillis(1).truncatedTo(ChronoUnit.MILLIS));
  }

  private DispatchDecision decide() {
    Judgement judgement = lenient(held(byState(standing.verdict().actingState(now))));
    Grounds grounds = grounds(judgement);
    return judgement.admitted()
        ? new DispatchDecision.Admit(grounds)
        : new DispatchDecision.Defer(grounds, jittered(standing.rules().askAgain()));
  }

  private Judgement byState(VerdictState acting) {
    return switch (acting) {
      case WITHIN_BUDGET -> Judgement.admitAll(DispatchReason.WITHIN_BUDGET, "");
      case AT_RISK -> atRisk();
      case BREACHED -> new Judgement(DispatchReason.BREACHED, 0, false, "");
      case RECOVERING -> recovering();
      case UNKNOWN -> unknown();
    };
  }

  private Judgement atRisk() {
    if (standing.verdict().burnRate().orElse(0) < BURNING) {
      return Judgement.admitAll(DispatchReason.AT_RISK, "");
    }
    double fraction = standing.rules().atRisk().value();
    return priority >= 0
        ? new Judgement(DispatchReason.AT_RISK, fraction, true, "")
        : new Judgement(DispatchReason.AT_RISK, fraction, false, "priority " + priority + " waits");
  }

  private Judgement recovering() {
    double probe = standing.rules().probe().value();
    double fraction = Math.min(1, Math.max(probe, climbed()));
    return new Judgement(
        DispatchReason.RECOVERING,
        fraction,
        chance.nextDouble() < fraction,
        Math.round(fraction * 100) + "% of work is admitted");
  }

  private double climbed() {
    Verdict verdict = standing.verdict();
    // An Unknown verdict began when the evidence went, and doesn't know how far the climb was.
    if (verdict.state() == VerdictState.UNKNOWN) {
      return 0;
    }
    double elapsed = Duration.between(verdict.since(), now).toNanos();
    return elapsed / standing.rules().climb().toNanos();
  }

  private Judgement unknown() {
    return switch (standing.rules().onUnknown()) {
      case ADMIT -> Judgement.admitAll(DispatchReason.UNKNOWN, "");
      case DEFER -> new Judgement(DispatchReason.UNKNOWN, 0, false, "");
    };
  }

  private Judgement held(Judgement judgement) {
    return standing.verdict() instanceof Verdict.Unknown unknown
            && now.isBefore(unknown.holdUntil())
        ? judgement.because(DispatchReason.HELD, unknown.holdWords())
        : judgement;
  }

  private Judgement lenient(Judgement judgement) {
    DispatchRules rules = standing.rules();
    if (rules.mode() == Mode.OBSERVE) {
      return Judgement.admitAll(DispatchReason.OBSERVE_ONLY, "its policy only observes");
    }
    boolean forUnknown = standing.verdict().actingState(now) == VerdictState.UNKNOWN;
    if (judgement.fraction() < 1 && rules.onBreach() == Answer.ADMIT && !forUnknown) {
      return Judgement.admitAll(DispatchReason.POLICY_ADMITS, "its policy admits all the same");
    }
    if (!judgement.admitted()
        && rules.minPriority().isPresent()
        && priority >= rules.minPriority().getAsInt()) {
      return new Judgement(
          DispatchReason.PRIORITY,
          judgement.fraction(),
          true,
          "priority " + priority + " passes (from " + rules.minPriority().getAsInt() + ")");
    }
    return judgement;
  }

  private Grounds grounds(Judgement judgement) {
    Verdict verdict = standing.verdict();
    return new Grounds(
        judgement.reason(),
        Explanation.of(standing, judgement.note()),
        judgement.fraction(),
        Optional.of(standing.service()),
        Optional.of(verdict.state()),
        Optional.of(verdict.decision()),
        standing.evidenceAt().map(this::age));
  }

  // Two clocks may disagree by a little; an age is never negative.
  private Duration age(Instant evidenceAt) {
    return evidenceAt.isBefore(now) ? Duration.between(evidenceAt, now) : Duration.ZERO;
  }

  private Duration jittered(Duration wait) {
    double factor = 1 - JITTER + 2 * JITTER * chance.nextDouble();
    return Duration.ofMillis(Math.max(1, Math.round(wait.toMillis() * factor)));
  }

  private record Judgement(DispatchReason reason, double fraction, boolean admitted, String note) {

    static Judgement admitAll(DispatchReason reason, String note) {
      return new Judgement(reason, 1, true, note);
    }

    Judgement because(DispatchReason other, String otherNote) {
      return new Judgement(other, fraction, admitted, otherNote);
    }
  }
}
