package dev.sluice.app.kube;

import dev.sluice.app.kube.LiveRouters.LiveRouter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the conditions of each ModelRouter true: {@code SLORoutingReady} equal to what its Envoys
 * have, of one that asks for adoption {@code SLOAdopted}, and of one that asks for a fleet {@code
 * SLOFleetManaged}. It looks once a second while it may write, so what passes in between costs no
 * write; a reason is written when it changes, a message alone (versions and counts) once a minute
 * at most. LLMKube puts an old status back now and then: ours is written again, a second after the
 * last time at the earliest.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own.
 *   <li><i>On failure</i>: an API server that is away is tried again after 1 s, doubled up to 30 s;
 *       what it refuses of one router is tried again after 30 s, and the others go on.
 *   <li><i>On shutdown</i>: {@link #close} gives up the write under way; the condition stays.
 * </ul>
 */
final class RoutingKeeper implements AutoCloseable {

  /** How often it looks. */
  static final Duration LOOK = Duration.ofSeconds(1);

  /** How long a reason that passes by itself must last until it is said: a reconnect's time. */
  static final Duration GRACE = Duration.ofSeconds(10);

  /** How soon a message is written whose reason stays. */
  static final Duration MESSAGE = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(RoutingKeeper.class);

  private final LiveRouters routers;
  private final Function<ObjectKey, List<Condition>> others;
  private final StatusWriter writer;
  private final KubeMetrics metrics;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Passes passes;
  private final Silence silence;

  // The thread's own.
  private final Map<ObjectKey, Said> said = new HashMap<>();
  private final Map<ObjectKey, Instant> passingSince = new HashMap<>();

  /** What was written last, when, and when the next write may be. */
  private record Said(SortedMap<String, String> texts, Instant at, Instant next) {}

  /**
   * One that doesn't look yet.
   *
   * @param others what is said of a router beside: who serves its clients, how its fleet is made
   */
  RoutingKeeper(
      LiveRouters routers,
      Function<ObjectKey, List<Condition>> others,
      StatusWriter writer,
      KubeMetrics metrics,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.routers = routers;
    this.others = others;
    this.writer = writer;
    this.metrics = metrics;
    this.mayWrite = mayWrite;
    this.clock = clock;
    silence = new Silence(clock);
    passes = new Passes("sluice-routing", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  /** Looks now: this replica may write from now on. */
  void wake() {
    passes.wake();
  }

  /** Writes what is due; returns when it looks again, if it may write at all. */
  Optional<Instant> pass() {
    if (!mayWrite.getAsBoolean()) {
      said.clear();
      passingSince.clear();
      return Optional.empty();
    }
    routers.facts().ifPresent(this::settle);
    return Optional.of(silence.lasts() ? silence.until() : clock.instant().plus(LOOK));
  }

  private void settle(RoutingFacts.Source source) {
    Map<ObjectKey, LiveRouter> live = routers.all();
    said.keySet().retainAll(live.keySet());
    passingSince.keySet().retainAll(live.keySet());
    for (LiveRouter router : live.values()) {
      if (silence.lasts()) {
        return;
      }
      settle(router, source.about(router));
    }
  }

  private void settle(LiveRouter router, RoutingFacts facts) {
    ObjectKey key = router.key();
    RoutingCondition routing = RoutingCondition.of(facts);
    Instant now = clock.instant();
    if (isPassing(key, routing, now)) {
      return;
    }
    List<Condition> conditions = new ArrayList<>(List.of(routing.condition()));
    conditions.addAll(others.apply(key));
    SortedMap<String, String> there = router.object().ownStatus();
    Optional<Said> last = Optional.ofNullable(said.get(key));
    SortedMap<String, String> texts =
        Condition.texts(
            conditions,
            there.isEmpty() ? last.map(Said::texts).orElse(there) : there,
            now.truncatedTo(ChronoUnit.SECONDS).toString());
    if (!texts.equals(there) && isDue(texts, there, last, now)) {
      write(router.object(), texts, last, now);
    }
  }

  private boolean isPassing(ObjectKey key, RoutingCondition condition, Instant now) {
    if (!condition.reason().isPassing()) {
      passingSince.remove(key);
      return false;
    }
    Instant since = passingSince.computeIfAbsent(key, _ -> now);
    return now.isBefore(since.plus(GRACE));
  }

  private static boolean isDue(
      SortedMap<String, String> texts,
      SortedMap<String, String> there,
      Optional<Said> last,
      Instant now) {
    if (last.isEmpty()) {
      return true;
    }
    boolean isOnlyMessage =
        Condition.sayTheSame(texts, there) && Condition.sayTheSame(texts, last.get().texts());
    Instant due = isOnlyMessage ? last.get().at().plus(MESSAGE) : last.get().next();
    return !now.isBefore(due);
  }

  private void write(
      KubeObject object, SortedMap<String, String> texts, Optional<Said> last, Instant now) {
    StatusWriter.Outcome outcome =
        writer.apply(object.key(), Condition.body(texts, object.generation()));
    switch (outcome) {
      case StatusWriter.Outcome.Done _ -> {
        silence.answered();
        said.put(object.key(), new Said(texts, now, now.plus(Assertion.REASSERT)));
        metrics.wrote(
            last.filter(it -> it.texts().equals(texts)).isPresent()
                ? KubeMetrics.Cause.REASSERT
                : KubeMetrics.Cause.TRANSITION);
        log.info(
            "msg=routing-condition object=\"{}\" reason={}",
            object.key(),
            texts.get(Condition.key(RoutingCondition.TYPE, "reason")));
      }
      case StatusWriter.Outcome.Refused(String words) -> {
        metrics.refused();
        said.put(object.key(), new Said(new TreeMap<>(), now, now.plus(Assertion.REFUSED)));
        log.warn("msg=status-refused object=\"{}\" cause=\"{}\"", object.key(), words);
      }
      case StatusWriter.Outcome.Away(String words) -> {
        metrics.away();
        silence.begin();
        log.warn("msg=status-not-written cause=\"{}\" again={}", words, silence.until());
      }
    }
  }

  @Override
  public void close() {
    passes.close();
  }
}
