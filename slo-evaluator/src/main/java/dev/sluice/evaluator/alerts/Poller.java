package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.judge.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls Prometheus every {@code interval}, and at once when woken. Polls never overlap; how often
 * it may be woken is limited by its {@link Pace}, so that waking it needs no trust.
 *
 * <p><em>Thread:</em> one of its own, {@code sluice-poller}; the question is fetched and the
 * observation handed over on it, so both must return at once. <em>On failure:</em> a poll without
 * an answer is an observation like any other, logged when it is the first or the last in a row; an
 * exception of the consumer is logged and the next poll comes as usual. <em>On shutdown:</em>
 * {@link #close()} breaks off the poll under way; nothing is handed over afterwards.
 */
public final class Poller implements AutoCloseable {

  /** The interval unless set; three of them are the judge's grace. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final EvidenceReader reader;
  private final Supplier<Optional<Question>> question;
  private final Consumer<Observation> consumer;
  private final InstantSource clock;
  private final EvaluatorMetrics metrics;
  private final Thread thread =
      Thread.ofPlatform().name("sluice-poller").daemon().unstarted(this::run);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long madeAt = System.nanoTime();

  // Both guarded by lock.
  private final Pace pace;
  private boolean closed;

  // Of the poller's thread only.
  private boolean unreachable;

  /**
   * Does nothing before {@link #start()}.
   *
   * @param question what to ask, fetched anew for each poll; empty while nobody wants to know
   * @param consumer whom to give what was observed
   */
  public Poller(
      EvidenceReader reader,
      Supplier<Optional<Question>> question,
      Consumer<Observation> consumer,
      Duration interval,
      InstantSource clock,
      EvaluatorMetrics metrics) {
    this.reader = reader;
    this.question = question;
    this.consumer = consumer;
    this.pace = new Pace(interval);
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Starts with a poll at once. */
  public void start() {
    thread.start();
  }

  /**
   * Something changed: polls now, or as soon as the pace allows. A poll under way may have read the
   * state before, so it is followed by another.
   */
  public void wake() {
    lock.lock();
    try {
      pace.wake(now());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (awaitDue()) {
        poll();
      }
    } catch (InterruptedException e) {
      log.debug("poller interrupted while it waited");
    }
  }

  /** Returns whether there is a next poll, when it is due. */
  private boolean awaitDue() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        Duration left = pace.due().minus(now());
        if (!left.isPositive()) {
          return true;
        }
        long _ = changed.awaitNanos(left.toNanos());
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void poll() {
    Duration started = now();
    Optional<Duration> wokenAt = start(started);
    try {
      Optional<Question> asked = question.get();
      if (asked.isEmpty()) {
        metrics.idle();
        return;
      }
      Observation observation = reader.observe(asked.get(), clock.instant());
      if (isClosed()) {
        return;
      }
      Duration ended = now();
      metrics.polled(observation, ended.minus(started));
      wokenAt.ifPresent(at -> metrics.served(ended.minus(at)));
      logChange(observation);
      consumer.accept(observation);
    } catch (RuntimeException bug) {
      log.error("poll failed", bug);
    }
  }

  private Optional<Duration> start(Duration at) {
    lock.lock();
    try {
      return pace.start(at);
    } finally {
      lock.unlock();
    }
  }

  private Duration now() {
    return Duration.ofNanos(System.nanoTime() - madeAt);
  }

  private void logChange(Observation observation) {
    switch (observation) {
      case Observation.Failed failed -> {
        if (!unreachable) {
          log.warn("prometheus can't be asked reason=\"{}\"", failed.words());
        }
        unreachable = true;
      }
      case Observation.Rules _ -> {
        if (unreachable) {
          log.info("prometheus answers again");
        }
        unreachable = false;
      }
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    reader.cancel();
    try {
      boolean neverStarted = thread.getState() == Thread.State.NEW;
      if (!neverStarted && !thread.join(CLOSE_BOUND)) {
        log.warn("poller still busy seconds={}", CLOSE_BOUND.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
