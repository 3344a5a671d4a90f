package dev.sluice.demo.story;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at something again and again.
 *
 * <p><em>Thread:</em> its own. <em>On failure:</em> a look that throws is logged at debug level
 * (the part may be down on purpose), and the next one is tried. <em>On shutdown:</em> {@link
 * #close()} interrupts the look under way.
 */
final class Watch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  private final ScheduledExecutorService thread;

  private Watch(String name) {
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
  }

  static Watch every(Duration pause, String name, Runnable look) {
    Watch watch = new Watch(name);
    var _ =
        watch.thread.scheduleWithFixedDelay(
            () -> watch.lookOnce(name, look), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private void lookOnce(String name, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      log.debug("look failed watch={}", name, e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
