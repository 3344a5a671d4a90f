package dev.sluice.foreman.client;

import dev.sluice.breach.v1.ServiceChanges;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a gate remembers of its watch. Immutable and pure.
 *
 * @param revision the revision it is at; 0 before the first snapshot
 * @param services how each service stands
 * @param heardAt when the breach service was last heard, by our clock
 */
record GateMemory(long revision, Map<ServiceRef, Standing> services, Optional<Instant> heardAt) {

  static final GateMemory EMPTY = new GateMemory(0, Map.of(), Optional.empty());

  GateMemory {
    services = Map.copyOf(services);
  }

  /** Whether a snapshot was ever seen. */
  boolean isReady() {
    return revision > 0;
  }

  /**
   * What is remembered after a message.
   *
   * @throws IllegalArgumentException if the message says something that this version doesn't know
   */
  GateMemory after(WatchResponse message, Instant now) {
    return switch (message.getEventCase()) {
      case SNAPSHOT ->
          new GateMemory(
              message.getRevision(),
              with(Map.of(), message.getSnapshot().getServicesList()),
              Optional.of(now));
      case CHANGES ->
          new GateMemory(message.getRevision(), changed(message.getChanges()), Optional.of(now));
      // A server that knows nothing yet beats at revision 0: no word on what we remember.
      case HEARTBEAT ->
          message.getRevision() == 0
              ? this
              : new GateMemory(message.getRevision(), services, Optional.of(now));
      case EVENT_NOT_SET ->
          throw new IllegalArgumentException(
              "event: not set (expected: snapshot, changes or heartbeat)");
    };
  }

  /**
   * Decides from memory, for as long as it is trusted.
   *
   * @param dispatch what is decided by how a service stands
   */
  GateDecision decide(
      ServiceRef service,
      Duration trustFor,
      Instant now,
      Function<Standing, DispatchDecision> dispatch) {
    if (!isReady() || heardAt.isEmpty()) {
      return new GateDecision.FailedOpen(
          "admitted unasked: the breach service was never heard", Optional.empty());
    }
    Duration silence = silence(heardAt.get(), now);
    if (silence.compareTo(trustFor) > 0) {
      return new GateDecision.FailedOpen(
          "admitted unasked: the breach service wasn't heard for %d s (trusted for %d s)"
              .formatted(silence.toSeconds(), trustFor.toSeconds()),
          Optional.of(silence));
    }
    Standing standing = services.get(service);
    DispatchDecision decision =
        standing == null ? Dispatcher.unknownService(service) : dispatch.apply(standing);
    return new GateDecision.Decided(decision, silence, revision);
  }

  // A clock that was set back makes no silence.
  private static Duration silence(Instant heardAt, Instant now) {
    return heardAt.isBefore(now) ? Duration.between(heardAt, now) : Duration.ZERO;
  }

  private Map<ServiceRef, Standing> changed(ServiceChanges changes) {
    Map<ServiceRef, Standing> next = with(services, changes.getUpdatedList());
    changes.getRemovedList().forEach(removed -> next.remove(BreachCodec.decode(removed)));
    return next;
  }

  private static Map<ServiceRef, Standing> with(
      Map<ServiceRef, Standing> known, List<ServiceStatus> updated) {
    Map<ServiceRef, Standing> next = new HashMap<>(known);
    for (ServiceStatus status : updated) {
      // The time of the evidence comes with changes only, and would soon be wrong.
      Standing standing = BreachCodec.decode(status).withoutEvidenceTime();
      next.put(standing.service(), standing);
    }
    return next;
  }
}
