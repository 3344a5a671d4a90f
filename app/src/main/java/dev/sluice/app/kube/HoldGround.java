package dev.sluice.app.kube;

import dev.sluice.app.kube.HoldPlan.Ground;
import dev.sluice.foreman.admission.Target;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.DispatchDecision.Grounds;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whether an Agent's work is to be held. A hold is all or nothing, so it rests on a breach alone:
 * what is AtRisk or Recovering takes a part of the work, and only a task by task answer can say
 * which. Work that could land on several services is held while all of them are breached.
 */
final class HoldGround {

  private static final int ORDINARY = 0;

  private HoldGround() {}

  /**
   * Of what an Agent's work lands on.
   *
   * @param isDeclared whether there is such a service, judged or not yet
   */
  static Ground of(
      Target target, VerdictSnapshot verdicts, Predicate<ServiceRef> isDeclared, Instant now) {
    return switch (target) {
      case Target.Nowhere(String why) -> new Ground.Free(why);
      case Target.Services(List<ServiceRef> any) ->
          all(
              any.stream()
                  .map(
                      service ->
                          verdicts
                              .find(service)
                              .map(verdict -> of(verdict, now))
                              .orElseGet(() -> unjudged(service, isDeclared)))
                  .toList());
    };
  }

  private static Ground unjudged(ServiceRef service, Predicate<ServiceRef> isDeclared) {
    return isDeclared.test(service)
        ? new Ground.NothingKnown()
        : new Ground.Free("InferenceService " + service + " is not known");
  }

  private static Ground all(List<Ground> grounds) {
    return grounds.stream()
        .filter(Ground.Free.class::isInstance)
        .findFirst()
        .or(() -> grounds.stream().filter(Ground.NothingKnown.class::isInstance).findFirst())
        .orElseGet(grounds::getFirst);
  }

  private static Ground of(ServiceVerdict service, Instant now) {
    // The same answer as a dispatcher's gets; a breach leaves nothing to chance.
    DispatchDecision decision = Dispatcher.decide(Standing.of(service), ORDINARY, now, 0);
    Grounds grounds = decision.grounds();
    if (service.verdict() instanceof Verdict.Unknown unknown) {
      // Nobody asks for anything any more.
      if (unknown.cause() == UnknownCause.NO_OBJECTIVE) {
        return new Ground.Free("no objective speaks for %s any more".formatted(service.service()));
      }
      if (unknown.cause() == UnknownCause.NO_EVIDENCE_YET) {
        return new Ground.NothingKnown();
      }
    }
    boolean isBreached = service.verdict().actingState(now) == VerdictState.BREACHED;
    return isBreached && decision instanceof DispatchDecision.Defer
        ? new Ground.Breached(
            grounds.decisionId().map(DecisionId::text).orElse("breached"), grounds.message())
        : new Ground.Free(grounds.message());
  }
}
