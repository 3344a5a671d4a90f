package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetPart;
import dev.sluice.app.fleets.FleetParts;
import dev.sluice.app.fleets.FleetSettings;
import dev.sluice.app.fleets.FleetWish;
import dev.sluice.app.kube.LiveRouters.LiveRouter;
import dev.sluice.app.kube.ManagedFleet.Reason;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.router.RouterSpec.Listen;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a fleet of Envoys for each ModelRouter that asks for one, keeps its objects as they should
 * be, and deletes them when it doesn't ask any more. A fleet is made whole or not at all: where
 * somebody else has an object of one of its names, nothing is touched. What is left of a router
 * that is gone, Kubernetes collects.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own; {@link #of} from any.
 *   <li><i>On failure</i>: a call that fails is said in the condition, and made again at the next
 *       look; the others go on.
 *   <li><i>On shutdown</i>: {@link #close} deletes nothing: Envoys serve on.
 * </ul>
 */
final class FleetKeeper implements AutoCloseable {

  /** How often it looks. */
  static final Duration LOOK = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(FleetKeeper.class);

  private final LiveRouters routers;
  private final FleetStore store;
  private final FleetSettings settings;
  private final KubeMetrics metrics;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Passes passes;
  private final Map<ObjectKey, ManagedFleet> said = new ConcurrentHashMap<>();

  // The thread's own: what the API server made of what was applied, where it writes it otherwise.
  private final Map<FleetPart.Key, Applied> applied = new HashMap<>();

  private record Applied(FleetPart part, String uid, String revision) {}

  FleetKeeper(
      LiveRouters routers,
      FleetStore store,
      FleetSettings settings,
      KubeMetrics metrics,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.routers = routers;
    this.store = store;
    this.settings = settings;
    this.metrics = metrics;
    this.mayWrite = mayWrite;
    this.clock = clock;
    passes = new Passes("sluice-fleets", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  void wake() {
    passes.wake();
  }

  /** How far a router's fleet is; empty if there is none of ours and none is asked for. */
  Optional<ManagedFleet> of(ObjectKey router) {
    return Optional.ofNullable(said.get(router));
  }

  /** Writes what is due; returns when it looks again, if it may write at all. */
  Optional<Instant> pass() {
    if (!mayWrite.getAsBoolean()) {
      said.clear();
      applied.clear();
      return Optional.empty();
    }
    routers.facts().ifPresent(this::settle);
    return Optional.of(clock.instant().plus(LOOK));
  }

  private void settle(RoutingFacts.Source source) {
    Map<ObjectKey, ManagedFleet> fleets = settled(source);
    fleets.forEach(this::say);
    said.keySet().retainAll(fleets.keySet());
  }

  private Map<ObjectKey, ManagedFleet> settled(RoutingFacts.Source source) {
    try {
      Map<String, List<LivePart>> owned =
          store.labelled().stream()
              .filter(part -> part.ownerUid().isPresent())
              .collect(Collectors.groupingBy(part -> part.ownerUid().orElseThrow()));
      return ofEach(
          (router, wish) ->
              settled(router, wish, owned.getOrDefault(router.object().uid(), List.of()), source));
    } catch (KubernetesClientException refused) {
      ManagedFleet unknown =
          new ManagedFleet(Reason.NOT_APPLIED, "fleets can't be listed: " + refused.getMessage());
      return ofEach((_, wish) -> Optional.of(unknown).filter(_ -> wish.asks()));
    }
  }

  private Map<ObjectKey, ManagedFleet> ofEach(
      BiFunction<LiveRouter, FleetWish, Optional<ManagedFleet>> fleet) {
    Map<ObjectKey, ManagedFleet> fleets = new HashMap<>();
    routers
        .all()
        .forEach(
            (key, router) ->
                fleet
                    .apply(router, FleetWish.of(router.object().json().path("metadata")))
                    .ifPresent(it -> fleets.put(key, it)));
    return fleets;
  }

  private Optional<ManagedFleet> settled(
      LiveRouter router, FleetWish wish, List<LivePart> ours, RoutingFacts.Source source) {
    try {
      return wish.asks()
          ? Optional.of(made(router, wish, ours, source))
          : removed(router.key(), ours);
    } catch (KubernetesClientException failure) {
      return Optional.of(
          new ManagedFleet(Reason.NOT_APPLIED, String.valueOf(failure.getMessage())));
    }
  }

  /** A Service must not point at nothing: its fleet stays until it points elsewhere. */
  private Optional<ManagedFleet> removed(ObjectKey router, List<LivePart> ours) {
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    if (routers.isTaken(router)) {
      return Optional.of(
          new ManagedFleet(
              Reason.STILL_ADOPTED,
              "the router's Service points at the fleet, which stays until it doesn't (expected:"
                  + " without the annotation sluice.dev/adopt too)"));
    }
    delete(FleetPlan.of(List.of(), ours, (_, _) -> false).deletes());
    return Optional.empty();
  }

  private ManagedFleet made(
      LiveRouter router, FleetWish wish, List<LivePart> ours, RoutingFacts.Source source) {
    Optional<String> slip = wish.fault(settings.replicas());
    if (slip.isPresent()) {
      return new ManagedFleet(Reason.BAD_ANNOTATION, slip.get());
    }
    RouterRef name = new RouterRef(router.key().namespace(), router.key().name());
    Optional<Listen> listens =
        Optional.ofNullable(source.world().routers().get(name)).map(spec -> spec.listen());
    if (listens.isEmpty()) {
      return new ManagedFleet(
          Reason.NOT_ACCEPTED, RoutingCondition.of(source.about(router)).message());
    }
    if (InetAddress.ofLiteral(listens.get().host()).isLoopbackAddress()) {
      return new ManagedFleet(
          Reason.NOT_ACCEPTED,
          "the router listens on " + listens.get() + ", which no Service reaches");
    }
    return made(
        new FleetParts.Fleet(
            name,
            router.object().uid(),
            listens.get().port(),
            wish.replicas().orElse(settings.replicas()),
            wish.maxReplicas().orElse(0)),
        ours);
  }

  private ManagedFleet made(FleetParts.Fleet fleet, List<LivePart> ours) {
    FleetPlan plan = FleetPlan.of(FleetParts.of(fleet, settings), ours, this::isSettled);
    Optional<LivePart> foreign =
        plan.applies().stream()
            .filter(apply -> apply.over().isEmpty())
            .flatMap(apply -> store.find(apply.part().key()).stream())
            .findFirst();
    if (foreign.isPresent()) {
      return new ManagedFleet(
          Reason.NOT_OURS,
          foreign.get().key()
              + ": isn't of this ModelRouter (expected: no object of this name; nothing of the"
              + " fleet is touched)");
    }
    plan.applies().forEach(this::apply);
    delete(plan.deletes());
    int ready = ours.stream().mapToInt(LivePart::readyPods).sum();
    return ready > 0
        ? new ManagedFleet(
            Reason.APPLIED,
            "the fleet is as it should be; "
                + (ready == 1 ? "1 pod is ready" : ready + " pods are ready"))
        : new ManagedFleet(Reason.NO_POD_READY, FleetWords.noPodReady(fleet, settings));
  }

  private boolean isSettled(FleetPart part, LivePart there) {
    return new Applied(part, there.uid(), there.revision()).equals(applied.get(part.key()));
  }

  private void apply(FleetPlan.Apply apply) {
    LivePart made = store.apply(apply.part(), apply.over());
    applied.put(made.key(), new Applied(apply.part(), made.uid(), made.revision()));
    metrics.fleetApplied();
    log.info("msg=fleet-apply object=\"{}\"", made.key());
  }

  private void delete(List<LivePart> parts) {
    for (LivePart part : parts) {
      store.delete(part);
      applied.remove(part.key());
      metrics.fleetDeleted();
      log.info("msg=fleet-delete object=\"{}\"", part.key());
    }
  }

  private void say(ObjectKey key, ManagedFleet fleet) {
    if (!fleet.equals(said.put(key, fleet))) {
      log.info(
          "msg=managed-fleet object=\"{}\" reason={} words=\"{}\"",
          key,
          fleet.reason().word(),
          fleet.words());
    }
  }

  @Override
  public void close() {
    passes.close();
  }
}
