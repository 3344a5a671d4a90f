package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.judge.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls Prometheus every {@code interval}, and at once when woken. Polls never overlap, and start
 * at least a second apart, however often it is woken.
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
  private static final Duration SHORTEST_GAP = Duration.ofSeconds(1);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final EvidenceReader reader;
  private final Supplier<Question> question;
  private final Consumer<Observation> consumer;
  private final Duration interval;
  private final InstantSource clock;
  private final EvaluatorMetrics metrics;
  private final Thread thread =
      Thread.ofPlatform().name("sluice-poller").daemon().unstarted(this::run);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Both guarded by lock.
  private boolean woken;
  private boolean closed;

  // Of the poller's thread only.
  private boolean unreachable;

  /**
   * Does nothing before {@link #start()}.
   *
   * @param question what to ask, fetched anew for each poll
   * @param consumer whom to give what was observed
   */
  public Poller(
      EvidenceReader reader,
      Supplier<Question> question,
      Consumer<Observation> consumer,
      Duration interval,
      InstantSource clock,
      EvaluatorMetrics metrics) {
    this.reader = reader;
    this.question = question;
    this.consumer = consumer;
    this.interval = interval;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Starts with a poll at once. */
  public void start() {
    thread.start();
  }

  /** Something changed: polls now, or as soon as the last poll is a second old. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      long started = System.nanoTime();
      poll(started);
      while (awaitNext(started)) {
        started = System.nanoTime();
        poll(started);
      }
    } catch (InterruptedException e) {
      log.debug("poller interrupted while it waited");
    }
  }

  /** Returns whether there is a next poll, when it is due. */
  private boolean awaitNext(long lastStarted) throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        Duration gap = woken && interval.compareTo(SHORTEST_GAP) > 0 ? SHORTEST_GAP : interval;
        long left = lastStarted + gap.toNanos() - System.nanoTime();
        if (left <= 0) {
          woken = false;
          return true;
        }
        long _ = changed.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void poll(long started) {
    try {
      Observation observation = reader.observe(question.get(), clock.instant());
      if (isClosed()) {
        return;
      }
      metrics.polled(observation, Duration.ofNanos(System.nanoTime() - started));
      logChange(observation);
      consumer.accept(observation);
    } catch (RuntimeException bug) {
      log.error("poll failed", bug);
    }
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
