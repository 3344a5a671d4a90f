package dev.sluice.app.kube;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.app.sources.Source;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of a cluster, watched. The first world is published once every kind was listed, or is
 * known to be missing; later ones once the changes have paused for a moment.
 *
 * <ul>
 *   <li><i>Thread</i>: one of its own, {@code sluice-kubernetes}; the listener is called from it.
 *   <li><i>On failure</i>: an object that is rejected keeps its last good version, as a file does;
 *       an API server that goes away leaves the world as it was.
 *   <li><i>On shutdown</i>: {@link #close} ends the watches, then the thread.
 * </ul>
 */
final class KubernetesSource implements Source {

  private static final Logger log = LoggerFactory.getLogger(KubernetesSource.class);

  /** A rollout changes a dozen objects at once; the loop should see one world of it. */
  private static final Duration QUIET = Duration.ofMillis(20);

  private static final Duration MOST_WAIT = Duration.ofMillis(200);

  private final Watches watches;
  private final KubeMetrics metrics;
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private final Map<String, String> texts = new HashMap<>();
  private Manifests manifests = Manifests.NONE;
  private @Nullable Thread thread;

  private sealed interface Change {
    record Seen(ObjectKey key, String text) implements Change {}

    record Gone(ObjectKey key) implements Change {}

    record Kinds() implements Change {}
  }

  /**
   * A source that isn't begun yet.
   *
   * @param namespace the only one that is read; empty for all
   * @param also hears of every object too
   */
  KubernetesSource(
      KubernetesClient client, Optional<String> namespace, KubeListener also, KubeMetrics metrics) {
    this.metrics = metrics;
    watches =
        new Watches(client, namespace, new Inbox(also), () -> changes.add(new Change.Kinds()));
  }

  private final class Inbox implements KubeListener {
    private final KubeListener also;

    Inbox(KubeListener also) {
      this.also = also;
    }

    @Override
    public void seen(KubeObject object) {
      changes.add(new Change.Seen(object.key(), object.text()));
      also.seen(object);
    }

    @Override
    public void gone(ObjectKey key) {
      changes.add(new Change.Gone(key));
      also.gone(key);
    }
  }

  @Override
  public void start(Consumer<World> listener) {
    thread = Thread.ofPlatform().daemon().name("sluice-kubernetes").start(() -> run(listener));
    watches.start();
  }

  private void run(Consumer<World> listener) {
    boolean isDirty = false;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        isDirty |= take(nextBatch());
        if (isDirty && watches.isSettled()) {
          isDirty = false;
          publish(listener);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void publish(Consumer<World> listener) {
    try {
      listener.accept(world());
    } catch (RuntimeException bug) {
      log.error("msg=world-failed effect=\"the world stays as it was\"", bug);
    }
  }

  private List<Change> nextBatch() throws InterruptedException {
    List<Change> batch = new ArrayList<>();
    Change change = changes.take();
    long end = System.nanoTime() + MOST_WAIT.toNanos();
    while (change != null) {
      batch.add(change);
      changes.drainTo(batch);
      long left = Math.min(QUIET.toNanos(), end - System.nanoTime());
      change = left > 0 ? changes.poll(left, TimeUnit.NANOSECONDS) : null;
    }
    return batch;
  }

  /** Takes the changes in; true if the world may be another. */
  private boolean take(List<Change> batch) {
    boolean kindsChanged = false;
    Map<String, Optional<String>> next = new LinkedHashMap<>();
    for (Change change : batch) {
      switch (change) {
        case Change.Seen(ObjectKey key, String text) -> next.put(key.toString(), Optional.of(text));
        case Change.Gone(ObjectKey key) -> next.put(key.toString(), Optional.empty());
        case Change.Kinds _ -> kindsChanged = true;
      }
    }
    next.entrySet()
        .removeIf(entry -> Optional.ofNullable(texts.get(entry.getKey())).equals(entry.getValue()));
    next.forEach(
        (key, text) -> text.ifPresentOrElse(it -> texts.put(key, it), () -> texts.remove(key)));
    if (!next.isEmpty()) {
      manifests = manifests.change(next);
    }
    return kindsChanged || !next.isEmpty();
  }

  private World world() {
    List<Problem> missing = watches.problems();
    metrics.kindsMissing(missing.size());
    World world = manifests.world();
    List<Problem> problems = new ArrayList<>(missing);
    for (Problem problem : world.problems()) {
      // The object says where; a line of the JSON it came as helps nobody.
      problems.add(new Problem("", 0, problem.object(), problem.field(), problem.words()));
    }
    return world.withProblems(problems);
  }

  @Override
  public void close() {
    watches.close();
    Thread running = thread;
    if (running == null) {
      return;
    }
    running.interrupt();
    try {
      running.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
