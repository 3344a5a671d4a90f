package dev.sluice.app.kube;

import dev.sluice.app.kube.FleetBoardCodec.Said;
import dev.sluice.model.RouterRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the Envoys of all replicas have, for the one that leads: an Envoy may be connected to any.
 * Who follows writes what its own have into a ConfigMap beside the Lease, under a key and a field
 * manager of its own: when it changes, and every 10 s. Who leads reads it, and writes nothing.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own writes; {@link #fleets} from any.
 *   <li><i>On failure</i>: a write is tried again with the next look; what wasn't renewed for 30 s
 *       doesn't count.
 *   <li><i>On shutdown</i>: {@link #close} gives up the write under way.
 * </ul>
 */
final class FleetBoard implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FleetBoard.class);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration RENEW = Duration.ofSeconds(10);

  /** Three renewals: one may be lost. */
  private static final Duration STALE = Duration.ofSeconds(30);

  /** What a replica that is gone has left behind is taken away then. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final HomePlace place;
  private final Supplier<Map<RouterRef, FleetSummary>> own;
  private final BooleanSupplier leads;
  private final InstantSource clock;
  private final Passes passes;
  private volatile Map<String, Said> others = Map.of();
  private @Nullable SharedIndexInformer<ConfigMap> informer;

  // The passes' own.
  private Said written = new Said(Instant.EPOCH, Map.of());
  private boolean isFailing;

  /**
   * One that is not begun yet.
   *
   * @param own what the Envoys have that are connected here
   * @param leads whether this replica reads, and does not write
   */
  FleetBoard(
      KubernetesClient client,
      HomePlace place,
      Supplier<Map<RouterRef, FleetSummary>> own,
      BooleanSupplier leads,
      InstantSource clock) {
    this.client = client;
    this.place = place;
    this.own = own;
    this.leads = leads;
    this.clock = clock;
    passes = new Passes("sluice-fleets", this::pass, clock);
  }

  void start() {
    SharedIndexInformer<ConfigMap> following = object().runnableInformer(0);
    following.exceptionHandler((_, _) -> true);
    following.addEventHandler(new Follow());
    informer = following;
    var _ = following.start();
    passes.start();
  }

  private final class Follow implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap object) {
      Map<String, Said> read = new HashMap<>();
      object
          .getData()
          .forEach(
              (identity, text) ->
                  FleetBoardCodec.read(text)
                      .filter(_ -> !identity.equals(place.identity()))
                      .ifPresent(said -> read.put(identity, said)));
      others = Map.copyOf(read);
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap object) {
      onAdd(object);
    }

    @Override
    public void onDelete(ConfigMap object, boolean isStale) {
      others = Map.of();
    }
  }

  /** What the fleets' Envoys have, wherever they are connected; of what is published here. */
  Map<RouterRef, FleetSummary> fleets() {
    return merged(own.get(), others, clock.instant());
  }

  static Map<RouterRef, FleetSummary> merged(
      Map<RouterRef, FleetSummary> own, Map<String, Said> others, Instant now) {
    Map<RouterRef, FleetSummary> fleets = new HashMap<>(own);
    others.values().stream()
        .filter(said -> now.isBefore(said.at().plus(STALE)))
        .forEach(
            said ->
                said.fleets()
                    .forEach(
                        (fleet, summary) ->
                            fleets.computeIfPresent(fleet, (_, before) -> before.plus(summary))));
    return fleets;
  }

  private Optional<Instant> pass() {
    Instant now = clock.instant();
    if (leads.getAsBoolean()) {
      forgetWhoIsGone(now);
    } else {
      Said next = new Said(now, own.get());
      boolean isDue = !now.isBefore(written.at().plus(RENEW));
      if (isDue || !next.fleets().equals(written.fleets())) {
        write(next);
      }
    }
    return Optional.of(now.plus(LOOK));
  }

  private void forgetWhoIsGone(Instant now) {
    others.forEach(
        (identity, said) -> {
          if (!now.isBefore(said.at().plus(FORGOTTEN))) {
            tried(
                () ->
                    object()
                        .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"data\": {\"" + identity + "\": null}}"));
          }
        });
  }

  private void write(Said next) {
    boolean isWritten = tried(() -> apply(FleetBoardCodec.write(next)));
    written = isWritten ? next : written;
  }

  private void apply(String text) {
    object()
        .patch(
            ServerSideApply.as(ServerSideApply.MANAGER + "-" + place.identity(), true),
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(place.namespace())
                .withName(place.fleets())
                .addToLabels("app.kubernetes.io/managed-by", ServerSideApply.MANAGER)
                .endMetadata()
                .addToData(place.identity(), text)
                .build());
  }

  private boolean tried(Runnable call) {
    try {
      call.run();
      isFailing = false;
      return true;
    } catch (KubernetesClientException failure) {
      if (!isFailing) {
        log.warn(
            "msg=fleets-not-written cause=\"{}\" effect=\"the leader doesn't count the Envoys that"
                + " are connected here; tried every {}\"",
            failure.getMessage(),
            LOOK);
      }
      isFailing = true;
      return false;
    }
  }

  private Resource<ConfigMap> object() {
    return client.configMaps().inNamespace(place.namespace()).withName(place.fleets());
  }

  @Override
  public void close() {
    SharedIndexInformer<ConfigMap> following = informer;
    if (following != null) {
      following.stop();
    }
    passes.close();
  }
}
