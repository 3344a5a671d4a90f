package dev.sluice.foreman.wire;

import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.DecisionReason;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchDecision.Defer;
import dev.sluice.foreman.dispatch.DispatchDecision.Grounds;
import dev.sluice.foreman.dispatch.DispatchReason;
import dev.sluice.foreman.dispatch.DispatchRules;
import dev.sluice.foreman.dispatch.DispatchRules.Metering;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.SloPolicy.Mode;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Our records on the wire and back. Decoding throws {@link IllegalArgumentException} if a message
 * says something that this version doesn't know.
 */
public final class BreachCodec {

  private static final WireEnum<DispatchReason, DecisionReason> REASONS =
      new WireEnum<>(DispatchReason.class, DecisionReason.class, "DECISION_REASON_");
  private static final WireEnum<Answer, Decision> ANSWERS =
      new WireEnum<>(Answer.class, Decision.class, "DECISION_");
  private static final WireEnum<Mode, dev.sluice.breach.v1.Mode> MODES =
      new WireEnum<>(Mode.class, dev.sluice.breach.v1.Mode.class, "MODE_");

  private BreachCodec() {}

  /** Names a service. */
  public static ObjectReference encode(ServiceRef service) {
    return ObjectReference.newBuilder()
        .setNamespace(service.namespace())
        .setName(service.name())
        .build();
  }

  /** The service named. */
  public static ServiceRef decode(ObjectReference reference) {
    return new ServiceRef(reference.getNamespace(), reference.getName());
  }

  /** Says a decision. */
  public static dev.sluice.breach.v1.DispatchDecision encode(DispatchDecision decision) {
    Grounds grounds = decision.grounds();
    dev.sluice.breach.v1.DispatchDecision.Builder wire =
        dev.sluice.breach.v1.DispatchDecision.newBuilder()
            .setReason(REASONS.encode(grounds.reason()))
            .setMessage(grounds.message())
            .setAdmitFraction(grounds.admitFraction());
    grounds.service().ifPresent(service -> wire.setInferenceService(encode(service)));
    grounds.state().ifPresent(state -> wire.setState(VerdictCodec.STATES.encode(state)));
    grounds.decisionId().ifPresent(id -> wire.setDecisionId(id.text()));
    grounds.evidenceAge().ifPresent(age -> wire.setEvidenceAge(WireTime.encode(age)));
    if (decision instanceof Defer defer) {
      wire.setRetryAfter(WireTime.encode(defer.retryAfter()));
    }
    return wire.setDecision(ANSWERS.encode(decision.answer())).build();
  }

  /** The decision said. */
  public static DispatchDecision decode(dev.sluice.breach.v1.DispatchDecision wire) {
    boolean served = wire.hasInferenceService();
    Grounds grounds =
        new Grounds(
            REASONS.decode(wire.getReason()),
            wire.getMessage(),
            wire.getAdmitFraction(),
            served ? Optional.of(decode(wire.getInferenceService())) : Optional.empty(),
            served ? Optional.of(VerdictCodec.STATES.decode(wire.getState())) : Optional.empty(),
            served ? Optional.of(new DecisionId(wire.getDecisionId())) : Optional.empty(),
            wire.hasEvidenceAge()
                ? Optional.of(WireTime.decode(wire.getEvidenceAge()))
                : Optional.empty());
    return switch (ANSWERS.decode(wire.getDecision())) {
      case ADMIT -> new Admit(grounds);
      case DEFER -> new Defer(grounds, WireTime.decode(wire.getRetryAfter()));
    };
  }

  /**
   * Says all that is known of a service.
   *
   * @param dispatch the decision for work of priority 0
   */
  public static ServiceStatus encode(ServiceVerdict verdict, DispatchDecision dispatch) {
    ServiceStatus.Builder wire =
        ServiceStatus.newBuilder()
            .setInferenceService(encode(verdict.service()))
            .setVerdict(VerdictCodec.encode(verdict.verdict()))
            .setDispatch(encode(dispatch))
            .setRules(encode(DispatchRules.of(verdict.policy())));
    verdict
        .replicas()
        .forEach((replica, each) -> wire.putReplicas(replica, VerdictCodec.encode(each)));
    verdict.evidenceAt().ifPresent(at -> wire.setEvidenceTime(WireTime.encode(at)));
    return wire.build();
  }

  /** How the service stands, so that a client can decide by itself. */
  public static Standing decode(ServiceStatus wire) {
    return new Standing(
        decode(wire.getInferenceService()),
        VerdictCodec.decode(wire.getVerdict()),
        decode(wire.getRules()),
        wire.hasEvidenceTime()
            ? Optional.of(WireTime.decode(wire.getEvidenceTime()))
            : Optional.empty());
  }

  private static dev.sluice.breach.v1.DispatchRules encode(DispatchRules rules) {
    dev.sluice.breach.v1.DispatchRules.Builder wire =
        dev.sluice.breach.v1.DispatchRules.newBuilder()
            .setMode(MODES.encode(rules.mode()))
            .setOnBreach(ANSWERS.encode(rules.onBreach()))
            .setOnUnknown(ANSWERS.encode(rules.onUnknown()))
            .setAtRiskFraction(rules.atRisk().value())
            .setProbeFraction(rules.probe().value())
            .setClimb(WireTime.encode(rules.climb()))
            .setAskAgain(WireTime.encode(rules.askAgain()));
    rules.minPriority().ifPresent(wire::setMinPriority);
    rules
        .metering()
        .ifPresent(
            metering ->
                wire.setAdmitPerStep(metering.admissions())
                    .setMeteringStep(WireTime.encode(metering.step())));
    return wire.build();
  }

  private static DispatchRules decode(dev.sluice.breach.v1.DispatchRules wire) {
    return new DispatchRules(
        MODES.decode(wire.getMode()),
        ANSWERS.decode(wire.getOnBreach()),
        wire.hasMinPriority() ? OptionalInt.of(wire.getMinPriority()) : OptionalInt.empty(),
        ANSWERS.decode(wire.getOnUnknown()),
        new Share(wire.getAtRiskFraction()),
        new Share(wire.getProbeFraction()),
        WireTime.decode(wire.getClimb()),
        WireTime.decode(wire.getAskAgain()),
        wire.hasAdmitPerStep()
            ? Optional.of(
                new Metering(wire.getAdmitPerStep(), WireTime.decode(wire.getMeteringStep())))
            : Optional.empty());
  }
}
