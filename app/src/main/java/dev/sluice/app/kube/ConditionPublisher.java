package dev.sluice.app.kube;

import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what each status says of ours equal to the newest verdict: writes when a verdict changed,
 * or a share that an InferenceSLO shows, and again when someone else overwrote it. It compares the
 * newest of both, so a burst of changes ends in one write per object, and what was missed while the
 * API server was away is caught up.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own writes; {@link #seen} and {@link #gone} from any.
 *   <li><i>On failure</i>: an API server that is away is tried again after 1 s, doubled up to 30 s;
 *       what it refuses of one object is tried again after 30 s, and the others go on.
 *   <li><i>On shutdown</i>: {@link #close} gives up the write under way; the next start makes it.
 * </ul>
 */
final class ConditionPublisher implements KubeListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConditionPublisher.class);

  private final VerdictFeed feed;
  private final ServedShares shares;
  private final StatusWriter writer;
  private final KubeMetrics metrics;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Map<ObjectKey, KubeObject> live = new ConcurrentHashMap<>();
  private final Passes passes;
  private final Silence silence;
  private VerdictFeed.Subscription subscription = () -> {};

  // The thread's own.
  private final Map<ObjectKey, Assertion> assertions = new HashMap<>();

  /**
   * A publisher that isn't begun yet.
   *
   * @param mayWrite whether this replica is the one that writes; {@link #wake} when it is now
   */
  ConditionPublisher(
      VerdictFeed feed,
      ServedShares shares,
      StatusWriter writer,
      KubeMetrics metrics,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.feed = feed;
    this.shares = shares;
    this.writer = writer;
    this.metrics = metrics;
    this.mayWrite = mayWrite;
    this.clock = clock;
    silence = new Silence(clock);
    passes = new Passes("sluice-conditions", this::pass, clock);
  }

  void start() {
    subscription = feed.subscribe(_ -> passes.wake());
    passes.start();
  }

  /** Looks again at what is to be written. */
  void wake() {
    passes.wake();
  }

  @Override
  public void seen(KubeObject object) {
    if (object.subject().isEmpty()) {
      return;
    }
    KubeObject before = live.put(object.key(), object);
    if (before == null
        || !before.ownStatus().equals(object.ownStatus())
        || !before.subject().equals(object.subject())) {
      passes.wake();
    }
  }

  @Override
  public void gone(ObjectKey key) {
    if (live.remove(key) != null) {
      passes.wake();
    }
  }

  /** Writes what is due; returns when the next is, if anything is known to be. */
  Optional<Instant> pass() {
    if (!mayWrite.getAsBoolean()) {
      return Optional.empty();
    }
    if (silence.lasts()) {
      return Optional.of(silence.until());
    }
    assertions.keySet().retainAll(live.keySet());
    VerdictSnapshot snapshot = feed.current();
    Instant now = clock.instant();
    Optional<Instant> next = Optional.empty();
    for (KubeObject object : live.values()) {
      Optional<ServiceVerdict> service = object.subject().flatMap(snapshot::find);
      if (service.isEmpty()) {
        continue;
      }
      Optional<Instant> due = settle(object, service.get(), now);
      if (silence.lasts()) {
        // Nobody answered: the others would only wait for the same silence.
        return Optional.of(silence.until());
      }
      next = earlier(next, earlier(due, shares.nextLook(service.get().service(), now)));
    }
    return next;
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().isBefore(other.get()) ? one : other;
  }

  private Optional<Instant> settle(KubeObject object, ServiceVerdict service, Instant now) {
    StatusPlace place = StatusPlace.of(object.key().kind()).orElseThrow();
    SortedMap<String, String> live = object.ownStatus();
    Assertion assertion =
        Assertion.of(
            place,
            service,
            shares.of(service.service(), now),
            Optional.ofNullable(assertions.get(object.key())),
            live);
    assertions.put(object.key(), assertion);
    Optional<Instant> due = assertion.due(live);
    if (due.isEmpty() || due.get().isAfter(clock.instant())) {
      return due;
    }
    return write(object, place, service, assertion);
  }

  private Optional<Instant> write(
      KubeObject object, StatusPlace place, ServiceVerdict service, Assertion assertion) {
    StatusWriter.Outcome outcome =
        writer.apply(
            object.key(), place.body(new TreeMap<>(assertion.wanted()), object.generation()));
    return switch (outcome) {
      case StatusWriter.Outcome.Done _ -> {
        silence.answered();
        Assertion written = assertion.writtenAt(clock.instant());
        assertions.put(object.key(), written);
        metrics.wrote(assertion.cause());
        note(object, place, service, assertion);
        yield written.due(object.ownStatus());
      }
      case StatusWriter.Outcome.Refused(String words) -> {
        metrics.refused();
        log.warn("msg=status-refused object=\"{}\" cause=\"{}\"", object.key(), words);
        Assertion refused = assertion.refused(clock.instant());
        assertions.put(object.key(), refused);
        yield refused.due(object.ownStatus());
      }
      case StatusWriter.Outcome.Away(String words) -> {
        backOff(words);
        yield Optional.of(silence.until());
      }
    };
  }

  private void backOff(String words) {
    metrics.away();
    silence.begin();
    log.warn("msg=status-not-written cause=\"{}\" again={}", words, silence.until());
  }

  private void note(
      KubeObject object, StatusPlace place, ServiceVerdict service, Assertion assertion) {
    if (object.key().kind() != WatchedKind.INFERENCE_SERVICE || !assertion.isTransition(place)) {
      return;
    }
    // An Event is a courtesy: the condition says the same, so it isn't tried again.
    if (!(writer.note(object, StatusWriter.Note.of(service.verdict()))
        instanceof StatusWriter.Outcome.Done)) {
      metrics.refused();
    }
  }

  @Override
  public void close() {
    subscription.close();
    passes.close();
  }
}
