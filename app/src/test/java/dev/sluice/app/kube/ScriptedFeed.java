package dev.sluice.app.kube;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Verdicts as a test says them. */
final class ScriptedFeed implements VerdictFeed {

  private final List<Consumer<VerdictSnapshot>> listeners = new CopyOnWriteArrayList<>();
  private final Map<ServiceRef, ServiceVerdict> verdicts = new HashMap<>();
  private volatile VerdictSnapshot current = VerdictSnapshot.of(0, Instant.EPOCH, List.of());

  void say(ServiceRef service, Verdict verdict) {
    verdicts.put(
        service,
        new ServiceVerdict(service, verdict, Map.of(), SloPolicy.DEFAULT, Optional.empty()));
    current = VerdictSnapshot.of(current.revision() + 1, verdict.since(), verdicts.values());
    listeners.forEach(listener -> listener.accept(current));
  }

  static Verdict breached(Instant since, String decision, double burnRate) {
    return new Verdict.Breached(
        since, new DecisionId(decision), List.of(finding(burnRate)), BurnRateTier.FAST, List.of());
  }

  static Verdict withinBudget(Instant since, String decision) {
    return new Verdict.WithinBudget(since, new DecisionId(decision), List.of(finding(0.1)));
  }

  static Verdict atRisk(Instant since, String decision) {
    return new Verdict.AtRisk(since, new DecisionId(decision), List.of(finding(3)));
  }

  private static Finding finding(double burnRate) {
    return new Finding(
        new ObjectiveRef("default", "qwen-ttft"),
        Optional.of(BurnRateTier.FAST),
        OptionalDouble.of(burnRate),
        "qwen-ttft burns " + burnRate + "x its error budget");
  }

  @Override
  public VerdictSnapshot current() {
    return current;
  }

  @Override
  public Subscription subscribe(Consumer<VerdictSnapshot> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
