package dev.sluice.foreman.dispatch;

import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.util.Optional;

/** What to do with one piece of work, and what that rests on. */
public sealed interface DispatchDecision {

  /** Why. */
  Grounds grounds();

  /** What is to be done, in one word. */
  Answer answer();

  /** When to ask again; zero if the work is admitted. */
  Duration retryAfter();

  /** Dispatch now. */
  record Admit(Grounds grounds) implements DispatchDecision {
    @Override
    public Answer answer() {
      return Answer.ADMIT;
    }

    @Override
    public Duration retryAfter() {
      return Duration.ZERO;
    }
  }

  /**
   * Ask again later.
   *
   * @param retryAfter when to, spread by jitter; above zero
   */
  record Defer(Grounds grounds, Duration retryAfter) implements DispatchDecision {
    public Defer {
      if (retryAfter.isZero() || retryAfter.isNegative()) {
        throw new IllegalArgumentException("retryAfter: " + retryAfter + " (expected: > 0)");
      }
    }

    @Override
    public Answer answer() {
      return Answer.DEFER;
    }
  }

  /**
   * What a decision rests on.
   *
   * @param reason for programs
   * @param message for people: the service, its state and since when, what burns, the decision's id
   * @param admitFraction the fraction of work of ordinary priority admitted at present, in [0, 1]
   * @param service the service the target led to; empty with {@code NO_SERVICE}
   * @param state the verdict's state; empty with {@code NO_SERVICE}
   * @param decisionId the transition that led to it; empty with {@code NO_SERVICE}
   * @param evidenceAge how old the evidence is; empty when there never was any
   */
  record Grounds(
      DispatchReason reason,
      String message,
      double admitFraction,
      Optional<ServiceRef> service,
      Optional<VerdictState> state,
      Optional<DecisionId> decisionId,
      Optional<Duration> evidenceAge) {
    public Grounds {
      if (!(admitFraction >= 0 && admitFraction <= 1)) {
        throw new IllegalArgumentException(
            "admitFraction: " + admitFraction + " (expected: >= 0 and <= 1)");
      }
    }

    Grounds because(String otherMessage) {
      return new Grounds(
          reason, otherMessage, admitFraction, service, state, decisionId, evidenceAge);
    }
  }
}
