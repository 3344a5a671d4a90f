package dev.sluice.evaluator.judge;

import dev.sluice.evaluator.judge.Reading.Silence;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One subject's turn: where it was, what is read now, where it is next. The rules are in the table
 * of {@link Judge}.
 */
record SubjectJudge(Subject subject, SloPolicy policy, Instant now) {

  Track next(Track before, Reading reading) {
    if (reading.isFiring()) {
      return breach(before.withEvidenceAt(now), reading);
    }
    return switch (before.actingState(now)) {
      case BREACHED -> inBreach(before, reading);
      case RECOVERING -> inRecovery(before, reading);
      case WITHIN_BUDGET, AT_RISK, UNKNOWN -> settle(before, reading);
    };
  }

  private Track breach(Track before, Reading reading) {
    Duration wait =
        before.actingState(now) == VerdictState.RECOVERING
            ? clamp(before.clearFor().multipliedBy(2))
            : clamp(before.clearFor());
    Set<ObjectiveRef> causes = stillDeclared(before.burning(), reading);
    // What other objectives began has another name.
    Optional<Verdict.Breached> last = before.breach(now).filter(_ -> !causes.isEmpty());
    reading.firing().forEach(assessment -> causes.add(assessment.objective()));
    BurnRateTier tier = reading.firing().getFirst().tier().orElse(BurnRateTier.FAST);
    return before.breached(
        breached(last, reading.findings(), tier, reading.indicators(causes)),
        causes,
        Optional.empty(),
        wait);
  }

  private static Set<ObjectiveRef> stillDeclared(Set<ObjectiveRef> burning, Reading reading) {
    Set<ObjectiveRef> causes = new HashSet<>(burning);
    causes.retainAll(reading.objectives());
    return causes;
  }

  private Track inBreach(Track before, Reading reading) {
    Optional<Silence> silence = reading.silenceOf(before.burning());
    if (silence.isPresent()) {
      return unknown(before, reading, silence.get());
    }
    Set<ObjectiveRef> causes = stillDeclared(before.burning(), reading);
    if (causes.isEmpty()) {
      return settle(before, reading); // the objectives that were breached are no longer declared
    }
    Track seen = before.withEvidenceAt(now);
    if (reading.stillBurns(causes)) {
      return seen.breached(
          stillBreached(seen, reading.findings(), reading, causes),
          causes,
          Optional.empty(),
          clamp(before.clearFor()));
    }
    return release(seen, reading, causes);
  }

  private Track release(Track before, Reading reading, Set<ObjectiveRef> causes) {
    Duration wait = clamp(before.clearFor());
    Instant clearSince = before.clearSince().orElse(now);
    Duration clear = Duration.between(clearSince, now);
    double samples = reading.samples(causes);
    int wanted = policy.judge().minSamples();
    if (clear.compareTo(wait) >= 0 && samples >= wanted) {
      return recover(before, reading, "recovery proven by " + Math.round(samples) + " requests");
    }
    Duration idle = longer(wait, policy.judge().idleRecovery());
    if (clear.compareTo(idle) >= 0) {
      return recover(
          before,
          reading,
          "clear for " + words(idle) + " with fewer than " + wanted + " requests to prove it");
    }
    String progress =
        "clear for "
            + words(clear)
            + " of "
            + words(wait)
            + ", "
            + Math.round(samples)
            + " of "
            + wanted
            + " requests seen";
    return before.breached(
        stillBreached(before, withWords(reading, progress), reading, causes),
        causes,
        Optional.of(clearSince),
        wait);
  }

  private Track recover(Track before, Reading reading, String why) {
    return before.settled(
        new Verdict.Recovering(now, decision(VerdictState.RECOVERING), withWords(reading, why)));
  }

  private Track inRecovery(Track before, Reading reading) {
    Optional<Silence> silence = reading.completeSilence();
    if (silence.isPresent()) {
      return unknown(before, reading, silence.get());
    }
    Duration climb = climbTime(policy.shares());
    Instant since = since(before, VerdictState.RECOVERING);
    if (Duration.between(since, now).compareTo(climb) >= 0) {
      return settle(before, reading);
    }
    return before
        .withEvidenceAt(now)
        .settled(
            new Verdict.Recovering(
                since, decision(before, VerdictState.RECOVERING), reading.findings()));
  }

  /** No breach goes on: the verdict is what the evidence says. */
  private Track settle(Track before, Reading reading) {
    if (reading.isAtRisk()) {
      return before
          .withEvidenceAt(now)
          .settled(
              new Verdict.AtRisk(
                  since(before, VerdictState.AT_RISK),
                  decision(before, VerdictState.AT_RISK),
                  reading.findings()));
    }
    Optional<Silence> silence = reading.anySilence();
    if (silence.isPresent()) {
      return unknown(before, reading, silence.get());
    }
    return decay(before)
        .withEvidenceAt(now)
        .settled(
            new Verdict.WithinBudget(
                since(before, VerdictState.WITHIN_BUDGET),
                decision(before, VerdictState.WITHIN_BUDGET),
                reading.findings()));
  }

  private Track unknown(Track before, Reading reading, Silence silence) {
    if (withinGrace(before, silence.cause())) {
      return before;
    }
    VerdictState acting = before.actingState(now);
    VerdictState held = acting == VerdictState.UNKNOWN ? VerdictState.WITHIN_BUDGET : acting;
    Instant since = now;
    DecisionId decision = decision(VerdictState.UNKNOWN);
    Instant holdUntil = now.plus(policy.judge().holdLast());
    if (before.verdict().orElse(null) instanceof Verdict.Unknown last) {
      holdUntil = last.holdUntil();
      if (last.cause() == silence.cause()) {
        since = last.since();
        decision = last.decision();
      }
      held = last.held();
    }
    List<Finding> findings = reading.findings();
    if (findings.isEmpty()) {
      findings = spokenFor(before, silence);
    }
    return before.suspended(
        new Verdict.Unknown(since, decision, findings, silence.cause(), held, holdUntil));
  }

  /** A single missed poll or a rule reload is no news: the verdict stands for a while. */
  private boolean withinGrace(Track before, UnknownCause cause) {
    boolean unknownAlready = before.verdict().orElse(null) instanceof Verdict.Unknown;
    return cause != UnknownCause.PLANNED_ABSENCE
        && before.verdict().isPresent()
        && !unknownAlready
        && before
            .evidenceAt()
            .map(at -> Duration.between(at, now).compareTo(Judge.GRACE) < 0)
            .orElse(false);
  }

  private List<Finding> spokenFor(Track before, Silence silence) {
    return before
        .verdict()
        .flatMap(Verdict::objective)
        .or(silence::about)
        .map(
            ref ->
                List.of(
                    new Finding(ref, Optional.empty(), OptionalDouble.empty(), silence.words())))
        .orElse(List.of());
  }

  /** A breach that comes back from Unknown never ended: it keeps its name and its age. */
  private Verdict breached(
      Optional<Verdict.Breached> last,
      List<Finding> findings,
      BurnRateTier tier,
      List<Indicator> indicators) {
    return new Verdict.Breached(
        last.map(Verdict::since).orElse(now),
        last.map(Verdict::decision).orElseGet(() -> decision(VerdictState.BREACHED)),
        findings,
        tier,
        indicators);
  }

  private Verdict stillBreached(
      Track before, List<Finding> findings, Reading reading, Set<ObjectiveRef> causes) {
    Optional<Verdict.Breached> last = before.breach(now);
    BurnRateTier tier = last.map(Verdict.Breached::tier).orElse(BurnRateTier.FAST);
    return breached(last, findings, tier, reading.indicators(causes));
  }

  private Track decay(Track before) {
    Duration wait = clamp(before.clearFor());
    Optional<Instant> calmSince =
        before
            .verdict()
            .filter(verdict -> verdict.state() == VerdictState.WITHIN_BUDGET)
            .map(Verdict::since)
            .map(since -> later(since, before.decayedAt().orElse(since)));
    Duration shorter = clamp(wait.dividedBy(2));
    boolean due =
        shorter.compareTo(wait) < 0
            && calmSince
                .map(since -> Duration.between(since, now).compareTo(wait) >= 0)
                .orElse(false);
    return due
        ? before.withClearFor(shorter, Optional.of(now))
        : before.withClearFor(wait, before.decayedAt());
  }

  private Instant since(Track before, VerdictState state) {
    return before
        .verdict()
        .filter(verdict -> verdict.state() == state)
        .map(Verdict::since)
        .orElse(now);
  }

  private DecisionId decision(Track before, VerdictState state) {
    return before
        .verdict()
        .filter(verdict -> verdict.state() == state)
        .map(Verdict::decision)
        .orElseGet(() -> decision(state));
  }

  private DecisionId decision(VerdictState state) {
    return DecisionId.of(subject, state, now);
  }

  /** How long shares need to climb from the probe back to full, step by step. */
  static Duration climbTime(SloPolicy.Shares shares) {
    double steps = Math.ceil((1 - shares.probe().value()) / shares.recoverBy() - 1e-9);
    return shares.step().multipliedBy((long) steps);
  }

  private Duration clamp(Duration wait) {
    SloPolicy.Judge judge = policy.judge();
    Duration atLeast = longer(wait, judge.clearFor());
    return atLeast.compareTo(judge.clearForCap()) > 0 ? judge.clearForCap() : atLeast;
  }

  /** The findings, the first one with an addition to its words. */
  private static List<Finding> withWords(Reading reading, String addition) {
    List<Finding> findings = new ArrayList<>(reading.findings());
    Finding first = findings.getFirst();
    findings.set(
        0,
        new Finding(
            first.objective(), first.tier(), first.burnRate(), first.words() + "; " + addition));
    return findings;
  }

  private static String words(Duration duration) {
    return PromDuration.format(duration.truncatedTo(ChronoUnit.SECONDS));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
