package dev.sluice.app.kube;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.app.sources.Source;
import dev.sluice.app.sources.WorkerThread;
import dev.sluice.evaluator.lint.SloSheet;
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
import java.util.stream.Collectors;
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
  private static final SloSheet NOTHING_DECLARED = new SloSheet(Map.of(), List.of(), List.of());

  private final Watches watches;
  private final SecretWatches secrets;
  private final KubeMetrics metrics;
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private final Consumer<Targets> onTargets;
  private final Map<String, String> texts = new HashMap<>();
  private final Map<ObjectKey, KubeObject> objects = new HashMap<>();
  private Manifests manifests = Manifests.NONE;
  private List<Problem> missing = List.of();
  private boolean isSettled;
  private World world = World.EMPTY;
  private SloSheet sheet = NOTHING_DECLARED;
  private @Nullable Thread thread;

  private sealed interface Change {
    record Seen(KubeObject object) implements Change {}

    record Gone(ObjectKey key) implements Change {}

    /**
     * A Secret that a router names.
     *
     * @param text empty if it is gone
     */
    record Secret(SecretWatches.Name name, Optional<String> text) implements Change {
      @Override
      public String toString() {
        return "change of " + name;
      }
    }

    /** Every Secret was looked for. */
    record SecretsLookedFor() implements Change {}

    /** Said after every object of the kinds that are found: so what isn't seen isn't there. */
    record Kinds(boolean isSettled, List<Problem> missing) implements Change {}
  }

  /**
   * A source that isn't begun yet.
   *
   * @param namespace the only one that is read; empty for all
   * @param also hears of every object too
   * @param onTargets hears what is declared of targets, and what of it is in the cluster
   */
  KubernetesSource(
      KubernetesClient client,
      Optional<String> namespace,
      KubeListener also,
      Consumer<Targets> onTargets,
      KubeMetrics metrics) {
    this.onTargets = onTargets;
    this.metrics = metrics;
    watches = new Watches(client, namespace, new Inbox(also), this::kindsChanged);
    secrets = new SecretWatches(client, new SecretInbox());
  }

  private final class SecretInbox implements SecretWatches.Listener {
    @Override
    public void changed(SecretWatches.Name name, Optional<Map<String, String>> data) {
      changes.add(
          new Change.Secret(name, data.map(some -> KubeObjectReader.secretText(name, some))));
    }

    @Override
    public void looked() {
      changes.add(new Change.SecretsLookedFor());
    }
  }

  private void kindsChanged() {
    changes.add(new Change.Kinds(watches.isSettled(), watches.problems()));
  }

  private final class Inbox implements KubeListener {
    private final KubeListener also;

    Inbox(KubeListener also) {
      this.also = also;
    }

    @Override
    public void seen(KubeObject object) {
      if (!object.key().kind().isForemans()) {
        changes.add(new Change.Seen(object));
      }
      also.seen(object);
    }

    @Override
    public void gone(ObjectKey key) {
      if (!key.kind().isForemans()) {
        changes.add(new Change.Gone(key));
      }
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
    boolean targetsChanged = false;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        List<Change> batch = nextBatch();
        isDirty |= take(batch);
        targetsChanged |= keep(batch);
        boolean isReady = isSettled && (!isDirty || joined());
        if (isReady && isDirty) {
          publish(listener);
        }
        if (isReady && (isDirty || targetsChanged)) {
          onTargets.accept(new Targets(sheet, world.problems(), objects));
          isDirty = false;
          targetsChanged = false;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Joins the world, and sees to it that the Secrets it names are watched.
   *
   * @return false while one of them wasn't looked for: a provider would seem to be without its key
   */
  private boolean joined() {
    try {
      world = world();
      secrets.keep(
          world.routers().values().stream()
              .flatMap(router -> router.backends().stream())
              .flatMap(backend -> backend.external().stream())
              .flatMap(external -> external.credential().stream())
              .map(SecretWatches.Name::of)
              .collect(Collectors.toSet()));
    } catch (RuntimeException bug) {
      log.error("msg=world-failed effect=\"the world stays as it was\"", bug);
    }
    return secrets.isSettled();
  }

  private void publish(Consumer<World> listener) {
    try {
      sheet = manifests.sloSheet();
      listener.accept(world);
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
        case Change.Seen(KubeObject object) ->
            next.put(object.key().toString(), Optional.of(object.text()));
        case Change.Gone(ObjectKey key) -> next.put(key.toString(), Optional.empty());
        case Change.Secret(SecretWatches.Name name, Optional<String> text) ->
            next.put(name.toString(), text);
        case Change.SecretsLookedFor _ -> {}
        case Change.Kinds kinds -> {
          isSettled = kinds.isSettled();
          missing = kinds.missing();
          kindsChanged = true;
        }
      }
    }
    next.entrySet()
        .removeIf(entry -> Optional.ofNullable(texts.get(entry.getKey())).equals(entry.getValue()));
    next.forEach(
        (key, text) -> text.ifPresentOrElse(it -> texts.put(key, it), () -> texts.remove(key)));
    if (!next.isEmpty()) {
      manifests = manifests.changeObjects(next);
    }
    return kindsChanged || !next.isEmpty();
  }

  /** Keeps the objects that targets are about; true if one may have changed in what matters. */
  private boolean keep(List<Change> batch) {
    boolean changed = false;
    for (Change change : batch) {
      switch (change) {
        case Change.Seen(KubeObject object) when Targets.areAbout(object.key().kind()) -> {
          KubeObject before = objects.put(object.key(), object);
          changed |= before == null || !Targets.areSame(before, object);
        }
        case Change.Gone(ObjectKey key) -> changed |= objects.remove(key) != null;
        case Change.Seen _, Change.Kinds _, Change.Secret _, Change.SecretsLookedFor _ -> {}
      }
    }
    return changed;
  }

  private World world() {
    metrics.kindsMissing(missing.size());
    World declared = manifests.world();
    List<Problem> problems = new ArrayList<>(missing);
    for (Problem problem : declared.problems()) {
      // The object says where; a line of the JSON it came as helps nobody.
      problems.add(new Problem("", 0, problem.object(), problem.field(), problem.words()));
    }
    return declared.withProblems(problems);
  }

  @Override
  public void close() {
    secrets.close();
    watches.close();
    WorkerThread.end(thread);
  }
}
