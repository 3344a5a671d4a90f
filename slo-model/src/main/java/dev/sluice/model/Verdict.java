package dev.sluice.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What is concluded of one subject, since when, and why. */
public sealed interface Verdict {

  /** Which of the five answers this is, for tables, labels and the wire. */
  VerdictState state();

  /** When this state was entered. */
  Instant since();

  /** The transition that entered it. */
  DecisionId decision();

  /** What each objective that matters said, the most urgent first. */
  List<Finding> findings();

  /** Every objective is measured, and none burns its budget too fast. */
  record WithinBudget(Instant since, DecisionId decision, List<Finding> findings)
      implements Verdict {
    public WithinBudget {
      findings = List.copyOf(findings);
    }

    @Override
    public VerdictState state() {
      return VerdictState.WITHIN_BUDGET;
    }
  }

  /** The budget burns too fast, but not at the rate of a breach. */
  record AtRisk(Instant since, DecisionId decision, List<Finding> findings) implements Verdict {
    public AtRisk {
      findings = List.copyOf(findings);
    }

    @Override
    public VerdictState state() {
      return VerdictState.AT_RISK;
    }
  }

  /**
   * A fast or medium alert fires, or fired and recovery isn't proven yet.
   *
   * @param tier the most urgent tier that fired
   * @param indicators what the breached objectives measure
   */
  record Breached(
      Instant since,
      DecisionId decision,
      List<Finding> findings,
      BurnRateTier tier,
      List<Indicator> indicators)
      implements Verdict {
    public Breached {
      findings = List.copyOf(findings);
      indicators = List.copyOf(indicators);
    }

    @Override
    public VerdictState state() {
      return VerdictState.BREACHED;
    }
  }

  /** Clear for long enough, and proven by samples: traffic is given back step by step. */
  record Recovering(Instant since, DecisionId decision, List<Finding> findings) implements Verdict {
    public Recovering {
      findings = List.copyOf(findings);
    }

    @Override
    public VerdictState state() {
      return VerdictState.RECOVERING;
    }
  }

  /**
   * Nothing can be concluded. What was decided before is held until {@code holdUntil}, then let go.
   *
   * @param cause which kind of nothing
   * @param held the state before, whose actions are held
   * @param holdUntil when the hold ends and declared weights return (fail open)
   */
  record Unknown(
      Instant since,
      DecisionId decision,
      List<Finding> findings,
      UnknownCause cause,
      VerdictState held,
      Instant holdUntil)
      implements Verdict {
    public Unknown {
      findings = List.copyOf(findings);
      if (held == VerdictState.UNKNOWN) {
        throw new IllegalArgumentException("held: Unknown (expected: a state that acted)");
      }
    }

    @Override
    public VerdictState state() {
      return VerdictState.UNKNOWN;
    }

    /** What is held, and until when. */
    public String holdWords() {
      return "what "
          + held.word()
          + " led to is held until "
          + holdUntil.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public VerdictState actingState(Instant now) {
      return now.isBefore(holdUntil) ? held : VerdictState.UNKNOWN;
    }

    @Override
    public String words() {
      return findings.isEmpty() ? cause.words() : Verdict.super.words();
    }
  }

  /**
   * The state whose actions apply now: the verdict's own, or, while Unknown and before {@code
   * holdUntil}, the one it holds.
   */
  default VerdictState actingState(Instant now) {
    return state();
  }

  /** The burn rate of the most urgent finding that has one, in multiples of the budget. */
  default OptionalDouble burnRate() {
    return findings().stream()
        .map(Finding::burnRate)
        .filter(OptionalDouble::isPresent)
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** The most urgent objective, if any spoke. */
  default Optional<ObjectiveRef> objective() {
    return findings().stream().findFirst().map(Finding::objective);
  }

  /** All findings as one line. */
  default String words() {
    return findings().stream().map(Finding::words).collect(Collectors.joining("; "));
  }
}
