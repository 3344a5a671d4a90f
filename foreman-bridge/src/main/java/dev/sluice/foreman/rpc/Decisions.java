package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.foreman.admission.DispatchDecision;
import dev.sluice.foreman.admission.Dispatcher;
import dev.sluice.foreman.admission.Standing;
import dev.sluice.foreman.rpc.TargetReader.Destination;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Gives the pure decision what it must not take itself: the time, and chance. */
final class Decisions {

  private final InstantSource clock;
  private final LongSupplier seeds;

  Decisions(InstantSource clock, LongSupplier seeds) {
    this.clock = clock;
    this.seeds = seeds;
  }

  DispatchDecision decide(Destination destination, int priority, VerdictSnapshot snapshot) {
    return switch (destination) {
      case Destination.Nowhere nowhere -> Dispatcher.noService(nowhere.why());
      case Destination.Service(ServiceRef service) ->
          snapshot
              .find(service)
              .map(verdict -> decide(verdict, priority))
              .orElseGet(() -> Dispatcher.unknownService(service));
    };
  }

  ServiceStatus status(ServiceVerdict verdict) {
    return BreachCodec.encode(verdict, decide(verdict, 0));
  }

  private DispatchDecision decide(ServiceVerdict verdict, int priority) {
    return Dispatcher.decide(Standing.of(verdict), priority, clock.instant(), seeds.getAsLong());
  }
}
