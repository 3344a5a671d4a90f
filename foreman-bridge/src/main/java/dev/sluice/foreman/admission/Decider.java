package dev.sluice.foreman.admission;

import dev.sluice.foreman.admission.TargetResolver.Work;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchDecision.Defer;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** Gives the pure decision what it must not take itself: the time, and chance. */
public final class Decider {

  private final InstantSource clock;
  private final LongSupplier seeds;
  private final Meter meter;

  /**
   * One that decides by these.
   *
   * @param seeds decide who belongs to a fraction, and the jitter
   * @param meter what was admitted onto services that recover; one for all ways to ask
   */
  public Decider(InstantSource clock, LongSupplier seeds, Meter meter) {
    this.clock = clock;
    this.seeds = seeds;
    this.meter = meter;
  }

  /** Decides for this work by these verdicts, and counts it where it is metered. */
  public DispatchDecision decide(Work work, VerdictSnapshot snapshot) {
    return switch (work.target()) {
      case Target.Nowhere(String why) -> Dispatcher.noService(why);
      case Target.Services(List<ServiceRef> any) -> firstOf(any, work, snapshot);
    };
  }

  // Whoever waits asks again when the first of them may be ready.
  private DispatchDecision firstOf(List<ServiceRef> any, Work work, VerdictSnapshot snapshot) {
    List<Defer> defers = new ArrayList<>();
    for (ServiceRef service : any) {
      switch (decide(service, work, snapshot)) {
        case Admit admit -> {
          return admit;
        }
        case Defer defer -> defers.add(defer);
      }
    }
    return Collections.min(defers, Comparator.comparing(Defer::retryAfter));
  }

  private DispatchDecision decide(ServiceRef service, Work work, VerdictSnapshot snapshot) {
    return snapshot
        .find(service)
        .map(verdict -> metered(Standing.of(verdict), work))
        .orElseGet(() -> Dispatcher.unknownService(service));
  }

  private DispatchDecision metered(Standing standing, Work work) {
    return meter.decide(standing, work.priority(), work.name(), clock.instant(), seeds.getAsLong());
  }

  /** What work of this priority would be told of one service; counts nothing. */
  public DispatchDecision preview(ServiceVerdict verdict, int priority) {
    return Dispatcher.decide(Standing.of(verdict), priority, clock.instant(), seeds.getAsLong());
  }
}
