package dev.sluice.app.kube;

import dev.sluice.app.kube.Adoption.Reason;
import dev.sluice.app.kube.LiveRouters.LiveRouter;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.router.RouterSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points the Service of each ModelRouter that asks for it at its Envoys, and back, as {@link
 * AdoptionPlan} says. It reads the Service and the fleet's pods of those routers every 2 s.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own; {@link #of} from any.
 *   <li><i>On failure</i>: a call that fails is logged and made again at the next look; the Service
 *       stays as it is.
 *   <li><i>On shutdown</i>: {@link #close} moves nothing: Envoys keep what they have.
 * </ul>
 */
final class AdoptionKeeper implements AutoCloseable {

  /** How often it looks. */
  static final Duration LOOK = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(AdoptionKeeper.class);

  private final LiveRouters routers;
  private final ServiceMover services;
  private final StatusWriter writer;
  private final KubeMetrics metrics;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Passes passes;
  private final Map<ObjectKey, Adoption> said = new ConcurrentHashMap<>();

  // The thread's own.
  private final Map<ObjectKey, Instant> unreadySince = new HashMap<>();

  AdoptionKeeper(
      LiveRouters routers,
      ServiceMover services,
      StatusWriter writer,
      KubeMetrics metrics,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.routers = routers;
    this.services = services;
    this.writer = writer;
    this.metrics = metrics;
    this.mayWrite = mayWrite;
    this.clock = clock;
    passes = new Passes("sluice-adoption", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  void wake() {
    passes.wake();
  }

  /** Who serves a router; empty if it doesn't ask for adoption. */
  Optional<Adoption> of(ObjectKey router) {
    return Optional.ofNullable(said.get(router));
  }

  /** Moves what is due; returns when it looks again, if it may at all. */
  Optional<Instant> pass() {
    if (!mayWrite.getAsBoolean()) {
      keepOnly(Set.of());
      return Optional.empty();
    }
    routers.facts().ifPresent(this::settle);
    return Optional.of(clock.instant().plus(LOOK));
  }

  private void settle(RoutingFacts.Source source) {
    Set<ObjectKey> concerned = new HashSet<>();
    routers
        .all()
        .forEach(
            (key, router) -> {
              if (router.wish().adopts() || routers.isTaken(key)) {
                concerned.add(key);
                say(key, settled(router, source));
              }
            });
    keepOnly(concerned);
  }

  private void keepOnly(Set<ObjectKey> concerned) {
    said.keySet().retainAll(concerned);
    unreadySince.keySet().retainAll(concerned);
    metrics.adoptions(said);
  }

  private Adoption settled(LiveRouter router, RoutingFacts.Source source) {
    ObjectKey key = router.key();
    try {
      Optional<RouterService> service = services.find(key.namespace(), key.name());
      return service.isEmpty()
          ? new Adoption(
              Reason.NO_SERVICE, "there is no Service " + RouterService.nameOf(key.name()))
          : settled(router, service.get(), source);
    } catch (KubernetesClientException failure) {
      return new Adoption(Reason.NOT_MOVED, String.valueOf(failure.getMessage()));
    }
  }

  private Adoption settled(LiveRouter router, RouterService service, RoutingFacts.Source source) {
    AdoptionPlan.Step step =
        AdoptionPlan.next(facts(router, service, source), service, clock.instant());
    switch (step) {
      case AdoptionPlan.Step.Stay _ -> {}
      case AdoptionPlan.Step.Take take -> {
        services.take(service, take.fleet());
        moved(router, service, take.then());
      }
      case AdoptionPlan.Step.GiveBack back -> {
        services.giveBack(service, back.original());
        moved(router, service, back.then());
      }
    }
    return step.then();
  }

  private AdoptionPlan.Facts facts(
      LiveRouter router, RouterService service, RoutingFacts.Source source) {
    ObjectKey key = router.key();
    RouterWish wish = router.wish();
    boolean mustGuess = wish.fault().isPresent() && service.original().isPresent();
    int ready = services.readyPods(key.namespace(), mustGuess ? service.selector() : wish.fleet());
    if (ready > 0) {
      unreadySince.remove(key);
    } else {
      unreadySince.putIfAbsent(key, clock.instant());
    }
    return new AdoptionPlan.Facts(
        wish,
        RoutingCondition.of(source.about(router)),
        Optional.ofNullable(
                source.world().routers().get(new RouterRef(key.namespace(), key.name())))
            .map(RouterSpec::listen),
        ready,
        Optional.ofNullable(unreadySince.get(key)));
  }

  private void moved(LiveRouter router, RouterService service, Adoption adoption) {
    metrics.moved(adoption);
    // An Event is a courtesy: the condition says the same, so it isn't tried again.
    StatusWriter.Outcome outcome =
        writer.note(
            router.object(),
            new StatusWriter.Note(
                "adoption-" + service.version(),
                adoption.isByFleet() || adoption.reason() == Reason.NOT_ASKED,
                adoption.isByFleet() ? "SLOAdopted" : "SLOGivenBack",
                adoption.condition().message(),
                clock.instant()));
    if (!(outcome instanceof StatusWriter.Outcome.Done)) {
      metrics.refused();
    }
  }

  private void say(ObjectKey key, Adoption adoption) {
    if (!adoption.equals(said.put(key, adoption))) {
      log.info(
          "msg=adoption object=\"{}\" reason={} words=\"{}\"",
          key,
          adoption.reason().word(),
          adoption.condition().message());
    }
  }

  @Override
  public void close() {
    passes.close();
  }
}
