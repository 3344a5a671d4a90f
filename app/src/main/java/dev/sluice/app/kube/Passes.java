package dev.sluice.app.kube;

import dev.sluice.app.sources.WorkerThread;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a pass again and again: when there is news, and when the pass before said it is due. News
 * that come during a pass lead to one more.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own runs the passes; {@link #wake} from any.
 *   <li><i>On failure</i>: a pass that throws is logged and run again after 30 s.
 *   <li><i>On shutdown</i>: {@link #close} interrupts the pass under way and waits for its end.
 * </ul>
 */
final class Passes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Passes.class);
  private static final Duration AFTER_BUG = Duration.ofSeconds(30);

  private final String name;
  private final Supplier<Optional<Instant>> pass;
  private final InstantSource clock;
  private final Semaphore news = new Semaphore(0);
  private @Nullable Thread thread;

  /**
   * Passes that aren't begun yet.
   *
   * @param pass returns when the next is due, if anything is known to be
   */
  Passes(String name, Supplier<Optional<Instant>> pass, InstantSource clock) {
    this.name = name;
    this.pass = pass;
    this.clock = clock;
  }

  void start() {
    thread = Thread.ofVirtual().name(name).start(this::run);
  }

  void wake() {
    news.release();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        await(passSafely());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Instant> passSafely() {
    try {
      return pass.get();
    } catch (RuntimeException bug) {
      log.error("msg=pass-failed of={} effect=\"tried again in {}\"", name, AFTER_BUG, bug);
      return Optional.of(clock.instant().plus(AFTER_BUG));
    }
  }

  private void await(Optional<Instant> next) throws InterruptedException {
    if (next.isEmpty()) {
      news.acquire();
    } else {
      long millis = Duration.between(clock.instant(), next.get()).toMillis();
      boolean _ = news.tryAcquire(Math.max(1, millis), TimeUnit.MILLISECONDS);
    }
    news.drainPermits();
  }

  @Override
  public void close() {
    WorkerThread.end(thread);
  }
}
