package dev.sluice.foreman.admission;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** Gives the pure decision what it must not take itself: the time, and chance. */
public final class Decider {

  private final InstantSource clock;
  private final LongSupplier seeds;

  /**
   * One that decides by these.
   *
   * @param seeds decide who belongs to a fraction, and the jitter
   */
  public Decider(InstantSource clock, LongSupplier seeds) {
    this.clock = clock;
    this.seeds = seeds;
  }

  /** Decides for work of this priority, by these verdicts. */
  public DispatchDecision decide(Target target, int priority, VerdictSnapshot snapshot) {
    return switch (target) {
      case Target.Nowhere(String why) -> Dispatcher.noService(why);
      case Target.Services(List<ServiceRef> any) -> bestOf(any, priority, snapshot);
    };
  }

  // Whoever waits asks again when the first of them may be ready.
  private DispatchDecision bestOf(List<ServiceRef> any, int priority, VerdictSnapshot snapshot) {
    List<DispatchDecision> decisions =
        any.stream().map(service -> decide(service, priority, snapshot)).toList();
    return decisions.stream()
        .filter(DispatchDecision.Admit.class::isInstance)
        .findFirst()
        .orElseGet(
            () ->
                decisions.stream()
                    .map(DispatchDecision.Defer.class::cast)
                    .min(Comparator.comparing(DispatchDecision.Defer::retryAfter))
                    .orElseThrow());
  }

  private DispatchDecision decide(ServiceRef service, int priority, VerdictSnapshot snapshot) {
    return snapshot
        .find(service)
        .map(verdict -> decide(verdict, priority))
        .orElseGet(() -> Dispatcher.unknownService(service));
  }

  /** Decides for work of this priority onto one service. */
  public DispatchDecision decide(ServiceVerdict verdict, int priority) {
    return Dispatcher.decide(Standing.of(verdict), priority, clock.instant(), seeds.getAsLong());
  }
}
