package dev.sluice.benchmarks.breach;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Verdicts of many services, of which one changes when it is asked to. */
final class ChangingFeed implements VerdictFeed {

  private final List<Consumer<VerdictSnapshot>> listeners = new CopyOnWriteArrayList<>();
  private final int services;
  private volatile VerdictSnapshot current;

  ChangingFeed(int services) {
    this.services = services;
    current = snapshot(1);
  }

  static ServiceRef service(int index) {
    return new ServiceRef("default", "service-%05d".formatted(index));
  }

  /** Another verdict of the first service, under the next revision, which is returned. */
  long change() {
    VerdictSnapshot next = snapshot(current.revision() + 1);
    current = next;
    listeners.forEach(listener -> listener.accept(next));
    return next.revision();
  }

  private VerdictSnapshot snapshot(long revision) {
    List<ServiceVerdict> verdicts = new ArrayList<>(services);
    for (int index = 0; index < services; index++) {
      verdicts.add(
          new ServiceVerdict(
              service(index),
              index == 0 ? breached(revision) : calm(),
              Map.of(),
              SloPolicy.DEFAULT,
              Optional.of(Instant.EPOCH)));
    }
    return VerdictSnapshot.of(revision, Instant.now(), verdicts);
  }

  private static Verdict calm() {
    return new Verdict.WithinBudget(Instant.EPOCH, new DecisionId("calm"), List.of());
  }

  private static Verdict breached(long revision) {
    Finding finding =
        new Finding(
            new ObjectiveRef("default", "service-00000-ttft"),
            Optional.of(BurnRateTier.FAST),
            OptionalDouble.of(28.9),
            "service-00000-ttft burns 28.9x its error budget over 1m, fast alert firing");
    return new Verdict.Breached(
        Instant.EPOCH,
        new DecisionId("breach-" + revision),
        List.of(finding),
        BurnRateTier.FAST,
        List.of(Indicator.LATENCY));
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
