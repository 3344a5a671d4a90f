package dev.sluice.app.kube;

import dev.sluice.app.manifests.Problem;
import dev.sluice.app.sources.WorkerThread;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch for each kind that the API server has. A kind it doesn't have, or that may not be read,
 * is looked for again every 30 s, so that Pyrra can be installed after Sluice.
 *
 * <ul>
 *   <li><i>Thread</i>: looks for kinds on a virtual thread; objects arrive on the client's.
 *   <li><i>On failure</i>: an API server that is away is asked again, after a second at first; a
 *       watch that broke is resumed by the client, by a new listing where it must.
 *   <li><i>On shutdown</i>: {@link #close} ends the search and the watches.
 * </ul>
 */
final class Watches implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Watches.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration FIRST_LISTING = Duration.ofSeconds(60);

  private final KubernetesClient client;
  private final Optional<String> namespace;
  private final KubeListener listener;
  private final Runnable onChange;
  private final Map<WatchedKind, Finding> findings = new EnumMap<>(WatchedKind.class);
  private final List<SharedIndexInformer<GenericKubernetesResource>> informers =
      new CopyOnWriteArrayList<>();
  private @Nullable Thread thread;

  /** What came of looking for a kind. */
  private sealed interface Finding {

    /** It is watched, and was listed once. */
    record Watched() implements Finding {}

    /** It isn't there, and nobody needs it to be. */
    record NotNeeded() implements Finding {}

    /** The API server answered that there is no such thing, for us. */
    record Missing(String words) implements Finding {}

    /** Nobody answered. */
    record NoAnswer(String words) implements Finding {}
  }

  /**
   * Watches that aren't begun yet.
   *
   * @param namespace the only one that is read; empty for all
   * @param onChange called when {@link #isSettled} or {@link #problems} may say something new
   */
  Watches(
      KubernetesClient client,
      Optional<String> namespace,
      KubeListener listener,
      Runnable onChange) {
    this.client = client;
    this.namespace = namespace;
    this.listener = listener;
    this.onChange = onChange;
  }

  void start() {
    thread = Thread.ofVirtual().name("sluice-kube-kinds").start(this::run);
  }

  /** Whether every kind is either listed or known to be missing. */
  synchronized boolean isSettled() {
    return findings.size() == WatchedKind.values().length
        && findings.values().stream().noneMatch(Finding.NoAnswer.class::isInstance);
  }

  /** One for each kind that is missing. */
  synchronized List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    findings.forEach(
        (kind, finding) -> {
          if (finding instanceof Finding.Missing(String words)) {
            problems.add(new Problem("", 0, kind.resource(), "", words));
          }
        });
    return problems;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        boolean answered = true;
        for (WatchedKind kind : WatchedKind.values()) {
          if (!isWatched(kind)) {
            answered &= note(kind, look(kind));
          }
        }
        Thread.sleep(answered ? LOOK_AGAIN : RETRY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isWatched(WatchedKind kind) {
    return findings.get(kind) instanceof Finding.Watched;
  }

  private boolean note(WatchedKind kind, Finding finding) {
    Finding before;
    synchronized (this) {
      before = findings.get(kind);
      if ((before instanceof Finding.Missing || before instanceof Finding.NotNeeded)
          && finding instanceof Finding.NoAnswer) {
        // What was known stays known while nobody answers.
        return false;
      }
      findings.put(kind, finding);
    }
    if (!finding.equals(before)) {
      onChange.run();
      if (finding instanceof Finding.NoAnswer(String words)) {
        log.warn("msg=kubernetes-no-answer kind={} cause=\"{}\"", kind.resource(), words);
      }
    }
    return !(finding instanceof Finding.NoAnswer);
  }

  private AnyNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects(WatchedKind kind) {
    var all = client.genericKubernetesResources(kind.context());
    return namespace.isPresent() ? all.inNamespace(namespace.get()) : all.inAnyNamespace();
  }

  private Finding look(WatchedKind kind) throws InterruptedException {
    try {
      objects(kind).list(new ListOptionsBuilder().withLimit(1L).build());
    } catch (KubernetesClientException failure) {
      return refusal(kind, failure);
    }
    return watch(kind);
  }

  private static Finding refusal(WatchedKind kind, KubernetesClientException failure) {
    return switch (failure.getCode()) {
      case HttpURLConnection.HTTP_NOT_FOUND ->
          kind.isOptional()
              ? new Finding.NotNeeded()
              : new Finding.Missing(
                  "the API server doesn't have it (expected: the CRD of "
                      + kind.word()
                      + "; looked for every 30s)");
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
          new Finding.Missing(
              "may not be read: "
                  + failure.getMessage()
                  + " (expected: the verbs get, list and watch; tried every 30s)");
      default -> new Finding.NoAnswer(String.valueOf(failure.getMessage()));
    };
  }

  private Finding watch(WatchedKind kind) throws InterruptedException {
    SharedIndexInformer<GenericKubernetesResource> informer =
        objects(kind).runnableInformer(0).itemStore(new ObjectStore(kind, listener));
    informer.exceptionHandler((_, _) -> true);
    try {
      informer.start().toCompletableFuture().get(FIRST_LISTING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      informer.stop();
      return new Finding.NoAnswer("first listing: " + failure);
    }
    informers.add(informer);
    return new Finding.Watched();
  }

  @Override
  public void close() {
    WorkerThread.end(thread);
    informers.forEach(SharedIndexInformer::stop);
  }
}
