package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.loop.Memory;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.loop.SavedStateCodec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader remembers, in a ConfigMap beside the Lease, for the replicas that follow and the
 * one that leads next. JSON, compressed: an object may have 1 MiB, and 10,000 services need more.
 * Written when a decision, a share or a clock changed, not when only burn rates did.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own writes, so that the loop never waits; what is read
 *       arrives on the client's.
 *   <li><i>On failure</i>: a write is tried again every second, with what is newest then; a memory
 *       that can't be read back is left out with a warning.
 *   <li><i>On shutdown</i>: {@link #close} gives up the write under way.
 * </ul>
 */
final class SharedMemory implements Memory, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SharedMemory.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "state.json.gz";
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final HomePlace place;
  private final BooleanSupplier mayWrite;
  private final KubeMetrics metrics;
  private final AtomicReference<@Nullable SavedState> newest = new AtomicReference<>();
  private final AtomicReference<SavedState> inCluster = new AtomicReference<>(SavedState.NONE);
  private final InstantSource clock;
  private final Passes passes;
  private @Nullable SharedIndexInformer<ConfigMap> informer;

  private boolean isFailing; // the passes' own

  SharedMemory(
      KubernetesClient client,
      HomePlace place,
      BooleanSupplier mayWrite,
      KubeMetrics metrics,
      InstantSource clock) {
    this.client = client;
    this.place = place;
    this.mayWrite = mayWrite;
    this.metrics = metrics;
    this.clock = clock;
    passes = new Passes("sluice-memory", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  @Override
  public void write(SavedState state) {
    newest.set(state);
    passes.wake();
  }

  /** Another led meanwhile: what wasn't written by now is out of date. */
  void forget() {
    newest.set(null);
  }

  /**
   * What is remembered now; empty if nothing was ever.
   *
   * @throws KubernetesClientException if the API server doesn't say
   */
  Optional<SavedState> read() {
    return Optional.ofNullable(object().get()).flatMap(this::decode);
  }

  /** Has {@code listener} told of what is remembered, now and whenever it changes. */
  void follow(Consumer<SavedState> listener) {
    SharedIndexInformer<ConfigMap> following = object().runnableInformer(0);
    following.exceptionHandler((_, _) -> true);
    following.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(ConfigMap object) {
            decode(object).ifPresent(listener);
          }

          @Override
          public void onUpdate(ConfigMap before, ConfigMap object) {
            decode(object).ifPresent(listener);
          }

          @Override
          public void onDelete(ConfigMap object, boolean isStale) {
            inCluster.set(SavedState.NONE);
            passes.wake();
          }
        });
    informer = following;
    var _ = following.start();
  }

  private Resource<ConfigMap> object() {
    return client.configMaps().inNamespace(place.namespace()).withName(place.memory());
  }

  /** Writes what is newest if it is news; returns when to try again if it couldn't. */
  private Optional<Instant> pass() {
    SavedState state = newest.get();
    if (state == null || !mayWrite.getAsBoolean() || state.isAsGoodAs(inCluster.get())) {
      return Optional.empty();
    }
    try {
      object().patch(ServerSideApply.OVER_OTHERS, encode(state));
    } catch (KubernetesClientException | IOException failure) {
      noteFailure(String.valueOf(failure.getMessage()));
      return Optional.of(clock.instant().plus(RETRY));
    }
    inCluster.set(state);
    isFailing = false;
    metrics.remembered();
    return Optional.empty();
  }

  private void noteFailure(String words) {
    metrics.notRemembered();
    if (!isFailing) {
      log.warn(
          "msg=memory-not-written object=\"{}\" cause=\"{}\" effect=\"followers stay behind; tried"
              + " every {}\"",
          place.memoryWords(),
          words,
          RETRY);
    }
    isFailing = true;
  }

  ConfigMap encode(SavedState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      JSON.writeValue(gzip, SavedStateCodec.write(state));
    }
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(place.namespace())
        .withName(place.memory())
        .addToLabels("app.kubernetes.io/managed-by", ServerSideApply.MANAGER)
        .endMetadata()
        .withBinaryData(Map.of(KEY, Base64.getEncoder().encodeToString(bytes.toByteArray())))
        .build();
  }

  private Optional<SavedState> decode(ConfigMap object) {
    String text = object.getBinaryData().get(KEY);
    if (text == null) {
      return withoutMemory("no key " + KEY);
    }
    try (InputStream gzip =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      SavedState state = SavedStateCodec.read(JSON.readTree(gzip));
      inCluster.set(state);
      return Optional.of(state);
    } catch (IOException | IllegalArgumentException unreadable) {
      return withoutMemory(String.valueOf(unreadable.getMessage()));
    }
  }

  private Optional<SavedState> withoutMemory(String cause) {
    log.warn(
        "msg=memory-unreadable object=\"{}\" cause=\"{}\" effect=\"going on without it\"",
        place.memoryWords(),
        cause);
    return Optional.empty();
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
