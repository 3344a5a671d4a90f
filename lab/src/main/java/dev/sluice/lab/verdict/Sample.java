package dev.sluice.lab.verdict;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Verdicts for tests: all of them since {@link #SINCE}. */
public final class Sample {

  public static final Instant SINCE = Instant.parse("2026-05-04T12:03:10Z");
  public static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  public static final ServiceRef PHI = new ServiceRef("default", "phi");
  public static final ServiceRef LLAMA = new ServiceRef("team-b", "llama");
  public static final Duration HOLD = Duration.ofMinutes(5);

  private static final DecisionId DECISION = new DecisionId("k3f9-0a1b2c3d");

  private Sample() {}

  public static Verdict withinBudget() {
    return new Verdict.WithinBudget(SINCE, DECISION, List.of());
  }

  public static Verdict atRisk(double burnRate) {
    return new Verdict.AtRisk(SINCE, DECISION, burns(burnRate, BurnRateTier.SLOW));
  }

  public static Verdict breached() {
    return breached(31);
  }

  public static Verdict breached(double burnRate) {
    return new Verdict.Breached(
        SINCE,
        DECISION,
        burns(burnRate, BurnRateTier.FAST),
        BurnRateTier.FAST,
        List.of(Indicator.LATENCY, Indicator.ERRORS));
  }

  public static Verdict recovering() {
    return new Verdict.Recovering(SINCE, DECISION, List.of());
  }

  public static Verdict unknown(VerdictState held) {
    Finding finding =
        new Finding(
            new ObjectiveRef("monitoring", "qwen-ttft"),
            Optional.empty(),
            OptionalDouble.empty(),
            "qwen-ttft has no rule in Prometheus");
    return new Verdict.Unknown(
        SINCE, DECISION, List.of(finding), UnknownCause.RULE_MISSING, held, SINCE.plus(HOLD));
  }

  public static ServiceVerdict of(ServiceRef service, Verdict verdict) {
    return of(service, verdict, SloPolicy.DEFAULT);
  }

  public static ServiceVerdict of(ServiceRef service, Verdict verdict, SloPolicy policy) {
    return new ServiceVerdict(
        service, verdict, Map.of("qwen-0", withinBudget()), policy, Optional.of(SINCE));
  }

  public static ServiceVerdict withEvidenceAt(ServiceVerdict of, Instant evidenceAt) {
    return new ServiceVerdict(
        of.service(), of.verdict(), of.replicas(), of.policy(), Optional.of(evidenceAt));
  }

  public static VerdictSnapshot snapshot(long revision, ServiceVerdict... services) {
    return VerdictSnapshot.of(revision, SINCE, List.of(services));
  }

  public static SloPolicy policy(Dispatch dispatch) {
    return policy(Mode.ENFORCE, dispatch);
  }

  public static SloPolicy policy(Mode mode, Dispatch dispatch) {
    return new SloPolicy(mode, SloPolicy.Judge.DEFAULT, SloPolicy.Shares.DEFAULT, dispatch);
  }

  private static List<Finding> burns(double burnRate, BurnRateTier tier) {
    return List.of(
        new Finding(
            new ObjectiveRef("monitoring", "qwen-ttft"),
            Optional.of(tier),
            OptionalDouble.of(burnRate),
            "qwen-ttft burns %.0fx its error budget over 5m".formatted(burnRate)));
  }
}
