package dev.sluice.foreman.wire;

import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Verdicts and findings on the wire. */
final class VerdictCodec {

  static final WireEnum<VerdictState, dev.sluice.breach.v1.VerdictState> STATES =
      new WireEnum<>(VerdictState.class, dev.sluice.breach.v1.VerdictState.class, "VERDICT_STATE_");
  private static final WireEnum<UnknownCause, dev.sluice.breach.v1.UnknownCause> CAUSES =
      new WireEnum<>(UnknownCause.class, dev.sluice.breach.v1.UnknownCause.class, "UNKNOWN_CAUSE_");
  private static final WireEnum<Indicator, dev.sluice.breach.v1.Indicator> INDICATORS =
      new WireEnum<>(Indicator.class, dev.sluice.breach.v1.Indicator.class, "INDICATOR_");

  private VerdictCodec() {}

  static dev.sluice.breach.v1.Verdict encode(Verdict verdict) {
    dev.sluice.breach.v1.Verdict.Builder wire =
        dev.sluice.breach.v1.Verdict.newBuilder()
            .setState(STATES.encode(verdict.state()))
            .setSince(WireTime.encode(verdict.since()))
            .setDecisionId(verdict.decision().text());
    verdict.findings().forEach(finding -> wire.addFindings(encode(finding)));
    if (verdict instanceof Verdict.Breached breached) {
      wire.setTier(encode(breached.tier()));
      breached.indicators().forEach(each -> wire.addIndicators(INDICATORS.encode(each)));
    }
    if (verdict instanceof Verdict.Unknown unknown) {
      wire.setCause(CAUSES.encode(unknown.cause()))
          .setHeldState(STATES.encode(unknown.held()))
          .setHoldUntil(WireTime.encode(unknown.holdUntil()));
    }
    return wire.build();
  }

  /**
   * The verdict that a message says.
   *
   * @throws IllegalArgumentException if it says something that this version doesn't know
   */
  static Verdict decode(dev.sluice.breach.v1.Verdict wire) {
    Instant since = WireTime.decode(wire.getSince());
    DecisionId decision = new DecisionId(wire.getDecisionId());
    List<Finding> findings =
        wire.getFindingsList().stream().map(VerdictCodec::decodeFinding).toList();
    return switch (STATES.decode(wire.getState())) {
      case WITHIN_BUDGET -> new Verdict.WithinBudget(since, decision, findings);
      case AT_RISK -> new Verdict.AtRisk(since, decision, findings);
      case RECOVERING -> new Verdict.Recovering(since, decision, findings);
      case BREACHED ->
          new Verdict.Breached(
              since,
              decision,
              findings,
              decodeTier(wire.getTier()),
              wire.getIndicatorsList().stream().map(INDICATORS::decode).toList());
      case UNKNOWN ->
          new Verdict.Unknown(
              since,
              decision,
              findings,
              CAUSES.decode(wire.getCause()),
              STATES.decode(wire.getHeldState()),
              WireTime.decode(wire.getHoldUntil()));
    };
  }

  private static dev.sluice.breach.v1.Finding encode(Finding finding) {
    ObjectiveRef objective = finding.objective();
    dev.sluice.breach.v1.Finding.Builder wire =
        dev.sluice.breach.v1.Finding.newBuilder()
            .setObjective(
                ObjectReference.newBuilder()
                    .setNamespace(objective.namespace())
                    .setName(objective.name()))
            .setTier(finding.tier().map(VerdictCodec::encode).orElse(""))
            .setMessage(finding.words());
    finding.burnRate().ifPresent(wire::setBurnRate);
    return wire.build();
  }

  private static Finding decodeFinding(dev.sluice.breach.v1.Finding wire) {
    ObjectReference objective = wire.getObjective();
    return new Finding(
        new ObjectiveRef(objective.getNamespace(), objective.getName()),
        wire.getTier().isEmpty() ? Optional.empty() : Optional.of(decodeTier(wire.getTier())),
        wire.hasBurnRate() ? OptionalDouble.of(wire.getBurnRate()) : OptionalDouble.empty(),
        wire.getMessage());
  }

  private static String encode(BurnRateTier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }

  private static BurnRateTier decodeTier(String tier) {
    return BurnRateTier.valueOf(tier.toUpperCase(Locale.ROOT));
  }
}
