package dev.sluice.app.kube;

import dev.sluice.xds.router.CredentialRef;
import dev.sluice.xds.router.Provider;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secrets that routers name, each watched by its name: Sluice needs the right to read these and
 * no others.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one for each Secret looks for it; changes arrive on the client's.
 *   <li><i>On failure</i>: one that may not be read is said in the log and tried every 30 s.
 *   <li><i>On shutdown</i>: {@link #close} ends the watches.
 * </ul>
 */
final class SecretWatches implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SecretWatches.class);
  private static final Duration FIRST_LISTING = Duration.ofSeconds(30);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(30);
  private static final Set<String> KEYS =
      Arrays.stream(Provider.values())
          .map(Provider::secretKey)
          .flatMap(Optional::stream)
          .collect(Collectors.toUnmodifiableSet());

  private final KubernetesClient client;
  private final Listener listener;
  private final Map<Name, Watch> watches = new HashMap<>();

  /** Names a Secret. */
  record Name(String namespace, String name) {

    static Name of(CredentialRef ref) {
      return new Name(ref.namespace(), ref.secret());
    }

    /** {@code Secret ml/provider-keys}. */
    @Override
    public String toString() {
      return "Secret " + namespace + "/" + name;
    }
  }

  /** Hears what is in Secrets. */
  interface Listener {

    /**
     * It has other keys than before.
     *
     * @param data the keys of providers, as base64; empty if there is no such Secret any more
     */
    void changed(Name name, Optional<Map<String, String>> data);

    /** One was looked for, and found or not. */
    void looked();
  }

  SecretWatches(KubernetesClient client, Listener listener) {
    this.client = client;
    this.listener = listener;
  }

  /** Watches these, and no others. */
  synchronized void keep(Set<Name> wanted) {
    Set<Name> unwanted = new HashSet<>(watches.keySet());
    unwanted.removeAll(wanted);
    for (Name name : unwanted) {
      Optional.ofNullable(watches.remove(name)).ifPresent(Watch::close);
      listener.changed(name, Optional.empty());
    }
    wanted.forEach(name -> watches.computeIfAbsent(name, Watch::new).begin());
  }

  /** Whether each was looked for once. */
  synchronized boolean isSettled() {
    return watches.values().stream().allMatch(Watch::wasLookedFor);
  }

  @Override
  public synchronized void close() {
    watches.values().forEach(Watch::close);
    watches.clear();
  }

  /** The watch of one Secret. */
  private final class Watch implements ResourceEventHandler<Secret>, AutoCloseable {

    private final Name name;
    private final Thread thread;
    private final SharedIndexInformer<Secret> informer;
    private volatile boolean lookedFor;

    Watch(Name name) {
      this.name = name;
      informer =
          client
              .secrets()
              .inNamespace(name.namespace())
              .withName(name.name())
              .runnableInformer(0)
              .addEventHandler(this);
      // The first listing's failure is ours to tell; a watch that began goes on.
      informer.exceptionHandler((started, _) -> started);
      thread = Thread.ofVirtual().name("sluice-secret").unstarted(this::look);
    }

    void begin() {
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      }
    }

    boolean wasLookedFor() {
      return lookedFor;
    }

    private void look() {
      try {
        while (!tryToWatch()) {
          Thread.sleep(TRY_AGAIN);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean tryToWatch() throws InterruptedException {
      try {
        informer.start().toCompletableFuture().get(FIRST_LISTING.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException | TimeoutException failure) {
        log.warn(
            "msg=secret-unreadable object=\"{}\" cause=\"{}\" expected=\"the verbs get, list and"
                + " watch on it; tried every 30s\"",
            name,
            String.valueOf(failure.getMessage()));
        return false;
      } finally {
        lookedFor = true;
        listener.looked();
      }
    }

    @Override
    public void onAdd(Secret secret) {
      Map<String, String> data = new TreeMap<>();
      Optional.ofNullable(secret.getData()).ifPresent(data::putAll);
      data.keySet().retainAll(KEYS);
      listener.changed(name, Optional.of(data));
    }

    @Override
    public void onUpdate(Secret before, Secret after) {
      onAdd(after);
    }

    @Override
    public void onDelete(Secret secret, boolean deletedFinalStateUnknown) {
      listener.changed(name, Optional.empty());
    }

    @Override
    public void close() {
      thread.interrupt();
      informer.stop();
    }
  }
}
