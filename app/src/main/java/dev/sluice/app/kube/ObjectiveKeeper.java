package dev.sluice.app.kube;

import dev.sluice.app.kube.StatusWriter.Outcome;
import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the Pyrra objectives of a cluster equal to what its InferenceSLOs want, and says on each of
 * them whether its targets are measured: {@code TargetsMeasurable}. Only what differs is written.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own plans and writes; {@link #declared} and {@link
 *       #wake} from any.
 *   <li><i>On failure</i>: an API server that is away is tried again after 1 s, doubled up to 30 s;
 *       what it refuses of one object is said in the condition and tried again after 30 s, and the
 *       others go on.
 *   <li><i>On shutdown</i>: {@link #close} gives up the write under way; the next start makes it.
 * </ul>
 */
final class ObjectiveKeeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ObjectiveKeeper.class);

  /** The series there are; Envoy's are cut as the bootstrap that we print cuts them. */
  private static final SeriesCatalog SERIES = new SeriesCatalog(BootstrapWriter.BUCKETS_MS);

  private final ObjectiveWriter writer;
  private final KubeMetrics metrics;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Passes passes;
  private final Silence silence;
  private volatile @Nullable Targets newest;

  // The passes' own.
  private @Nullable Targets planned;
  private ObjectivePlan plan = new ObjectivePlan(List.of(), List.of());
  private final Map<ObjectKey, ObjectiveAttempt> attempts = new HashMap<>();
  private final Map<ObjectKey, SortedMap<String, String>> said = new HashMap<>();

  /**
   * A keeper that isn't begun yet.
   *
   * @param mayWrite whether this replica is the one that writes; {@link #wake} when that changes
   */
  ObjectiveKeeper(
      ObjectiveWriter writer, KubeMetrics metrics, BooleanSupplier mayWrite, InstantSource clock) {
    this.writer = writer;
    this.metrics = metrics;
    this.mayWrite = mayWrite;
    this.clock = clock;
    silence = new Silence(clock);
    passes = new Passes("sluice-objectives", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  /** What is declared and there now. */
  void declared(Targets targets) {
    newest = targets;
    passes.wake();
  }

  /** Looks again at what is to be written. */
  void wake() {
    passes.wake();
  }

  /** Writes what is due; returns when the next is, if anything is known to be. */
  Optional<Instant> pass() {
    Targets targets = newest;
    if (targets == null) {
      return Optional.empty();
    }
    if (!mayWrite.getAsBoolean()) {
      // Another one writes now: what it says counts, and not what we said before.
      said.clear();
      attempts.clear();
      return Optional.empty();
    }
    if (!targets.equals(planned)) {
      planned = targets;
      plan = ObjectivePlan.of(targets, SERIES);
      forget(targets);
    }
    List<Instant> due = new ArrayList<>();
    // The objectives first: a condition says that they were applied.
    if (settleAll(plan.writes(), due)) {
      settleAll(conditions(), due);
    }
    return due.stream().min(Instant::compareTo);
  }

  /** Writes what is due of these; false if the others have to wait. */
  private boolean settleAll(Collection<? extends ObjectiveWrite> writes, List<Instant> due) {
    for (ObjectiveWrite write : writes) {
      if (!mayWrite.getAsBoolean()) {
        due.clear();
        return false;
      }
      if (silence.lasts()) {
        // Nobody answered: the others would only wait for the same silence.
        due.add(silence.until());
        return false;
      }
      due.add(settle(write));
    }
    return true;
  }

  private Instant settle(ObjectiveWrite write) {
    Optional<ObjectiveAttempt> before = Optional.ofNullable(attempts.get(write.key()));
    Instant now = clock.instant();
    Instant due = before.map(last -> last.due(write)).orElse(Instant.MIN);
    if (due.isAfter(now)) {
      return due;
    }
    return switch (writer.write(write)) {
      case Outcome.Done _ -> {
        silence.answered();
        metrics.wrote(write.action());
        log.info("msg=objective-{} object=\"{}\"", write.action().label(), write.key());
        yield attempted(ObjectiveAttempt.done(write, before, now));
      }
      case Outcome.Refused(String words) -> {
        metrics.refused();
        log.warn(
            "msg=objective-{}-refused object=\"{}\" cause=\"{}\"",
            write.action().label(),
            write.key(),
            words);
        yield attempted(ObjectiveAttempt.refused(write, words, now));
      }
      case Outcome.Away(String words) -> {
        backOff(words);
        yield silence.until();
      }
    };
  }

  private Instant attempted(ObjectiveAttempt attempt) {
    attempts.put(attempt.write().key(), attempt);
    return attempt.next();
  }

  private void backOff(String words) {
    metrics.away();
    silence.begin();
    log.warn("msg=objectives-not-written cause=\"{}\" again={}", words, silence.until());
  }

  /** The conditions that don't say yet what they should. */
  private List<ObjectiveWrite> conditions() {
    Map<ObjectKey, String> refusals = new HashMap<>();
    attempts.forEach(
        (key, attempt) -> attempt.refusal().ifPresent(words -> refusals.put(key, words)));
    List<ObjectiveWrite> conditions = new ArrayList<>();
    for (TargetsReport report : plan.reports()) {
      KubeObject slo = report.slo();
      SortedMap<String, String> before = said.getOrDefault(slo.key(), slo.targets());
      SortedMap<String, String> texts = report.with(refusals).texts(before, clock.instant());
      said.put(slo.key(), texts);
      if (!texts.equals(slo.targets())) {
        conditions.add(new ObjectiveWrite.Say(slo.key(), texts));
      }
    }
    return conditions;
  }

  /** Lets go of what was about objects or writes that are no more. */
  private void forget(Targets targets) {
    said.keySet().retainAll(targets.objects().keySet());
    Set<ObjectKey> due = new HashSet<>();
    Stream.concat(
            plan.writes().stream().map(ObjectiveWrite::key),
            plan.reports().stream().map(report -> report.slo().key()))
        .forEach(due::add);
    Instant now = clock.instant();
    attempts
        .values()
        .removeIf(last -> !due.contains(last.write().key()) && !last.next().isAfter(now));
    attempts.replaceAll((key, last) -> due.contains(key) ? last : last.answered());
  }

  @Override
  public void close() {
    passes.close();
  }
}
