package dev.sluice.app.history;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a sample every 10 s.
 *
 * <ul>
 *   <li><i>Thread</i>: one of its own.
 *   <li><i>On failure</i>: logged; the next sample is taken all the same.
 *   <li><i>On shutdown</i>: {@link #close} takes no more.
 * </ul>
 */
public final class Sampler implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sampler.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("sluice-history").unstarted(task));

  private Sampler() {}

  /** Begins to call {@code sample}. */
  public static Sampler start(Runnable sample) {
    Sampler sampler = new Sampler();
    var _ =
        sampler.timer.scheduleAtFixedRate(
            () -> quietly(sample), 1, EVERY.toSeconds(), TimeUnit.SECONDS);
    return sampler;
  }

  private static void quietly(Runnable sample) {
    try {
      sample.run();
    } catch (RuntimeException bug) {
      log.error("msg=sample-failed", bug);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
