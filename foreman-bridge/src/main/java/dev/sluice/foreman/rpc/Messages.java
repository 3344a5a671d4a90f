package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.ServiceChanges;
import dev.sluice.breach.v1.ServiceSnapshot;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What watchers are sent, made once for all that are sent the same at about the same time: ten
 * thousand of them reconnect within seconds, or hear of one change. The decisions in a message are
 * as old as it, so none is used for longer than {@link #FRESH}.
 *
 * <p>Not safe for use by several threads; {@link Watchers} uses it from one.
 */
final class Messages {

  static final Duration FRESH = Duration.ofSeconds(1);
  // Namespaces, and revisions from which watchers resume: more at a time aren't worth the memory.
  private static final int MOST = 16;

  private final Decider decider;
  private final InstantSource clock;
  private final Map<Key, ServiceSnapshot> snapshots = new HashMap<>();
  private final Map<Key, ServiceChanges> changes = new HashMap<>();
  private Instant madeAt = Instant.MIN;

  Messages(Decider decider, InstantSource clock) {
    this.decider = decider;
    this.clock = clock;
  }

  /** All that is known in a namespace; in all of them if it is empty. */
  ServiceSnapshot snapshot(String namespace, VerdictSnapshot current) {
    return made(
        snapshots,
        new Key(namespace, 0, current.revision()),
        () -> {
          ServiceSnapshot.Builder message = ServiceSnapshot.newBuilder();
          current.services().stream()
              .filter(verdict -> BreachService.isIn(namespace, verdict.service()))
              .forEach(
                  verdict ->
                      message.addServices(
                          BreachCodec.encode(verdict, decider.preview(verdict, 0))));
          return message.build();
        });
  }

  /** What is other than before. */
  ServiceChanges changes(String namespace, VerdictSnapshot before, VerdictSnapshot current) {
    return made(
        changes,
        new Key(namespace, before.revision(), current.revision()),
        () -> {
          ServiceChanges.Builder message = ServiceChanges.newBuilder();
          current.services().stream()
              .filter(verdict -> BreachService.isIn(namespace, verdict.service()))
              .filter(verdict -> !isKnown(verdict, before))
              .forEach(
                  verdict ->
                      message.addUpdated(BreachCodec.encode(verdict, decider.preview(verdict, 0))));
          before.services().stream()
              .map(ServiceVerdict::service)
              .filter(service -> BreachService.isIn(namespace, service))
              .filter(service -> current.find(service).isEmpty())
              .forEach(service -> message.addRemoved(BreachCodec.encode(service)));
          return message.build();
        });
  }

  /** Lets go of what is too old to be sent. */
  void forgetOld() {
    Instant now = clock.instant();
    if (madeAt.plus(FRESH).isBefore(now) || now.isBefore(madeAt)) {
      snapshots.clear();
      changes.clear();
      madeAt = now;
    }
  }

  private <M> M made(Map<Key, M> kept, Key key, Supplier<M> make) {
    forgetOld();
    if (kept.size() >= MOST) {
      kept.clear();
    }
    return kept.computeIfAbsent(key, _ -> make.get());
  }

  // The time of the evidence moves with every poll and is no change.
  private static boolean isKnown(ServiceVerdict verdict, VerdictSnapshot before) {
    return before
        .find(verdict.service())
        .filter(known -> known.verdict().equals(verdict.verdict()))
        .filter(known -> known.replicas().equals(verdict.replicas()))
        .filter(known -> known.policy().equals(verdict.policy()))
        .isPresent();
  }

  private record Key(String namespace, long from, long to) {}
}
