package dev.sluice.app.sources;

import dev.sluice.app.manifests.World;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of manifests, watched. A change is read once the folder has been quiet for a moment; a
 * slow re-reading is the safety net where the file system doesn't notify.
 *
 * <ul>
 *   <li><i>Thread</i>: one of its own, {@code sluice-directory}; the listener is called from it.
 *   <li><i>On failure</i>: what was read last stays, and the failure is a problem of the world;
 *       read again with the next change or re-reading.
 *   <li><i>On shutdown</i>: {@link #close} ends the thread and returns when it has ended.
 * </ul>
 */
public final class DirectorySource implements Source {

  private static final Logger log = LoggerFactory.getLogger(DirectorySource.class);
  private static final Duration QUIET = Duration.ofMillis(100);
  private static final int MOST_QUIET_WAITS = 10;

  private final Path folder;
  private final Duration rescan;
  private @Nullable Thread thread;

  /** A source that reads {@code folder} again at least every {@code rescan}. */
  public DirectorySource(Path folder, Duration rescan) {
    this.folder = folder;
    this.rescan = rescan;
  }

  @Override
  public void start(Consumer<World> listener) {
    thread = Thread.ofPlatform().daemon().name("sluice-directory").start(() -> run(listener));
  }

  private void run(Consumer<World> listener) {
    DirectoryScan scan = new DirectoryScan(folder);
    scan.read();
    listener.accept(scan.world());
    try (Watch watch = Watch.open(folder)) {
      while (!Thread.currentThread().isInterrupted()) {
        watch.awaitChange(rescan);
        if (scan.read()) {
          listener.accept(scan.world());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    WorkerThread.end(thread);
  }

  /** Waits for changes of a folder; where it can't watch, for time to pass. */
  private record Watch(@Nullable WatchService service) implements AutoCloseable {

    static Watch open(Path folder) {
      try {
        WatchService service = folder.getFileSystem().newWatchService();
        folder.register(
            service,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_MODIFY,
            StandardWatchEventKinds.ENTRY_DELETE);
        return new Watch(service);
      } catch (IOException exception) {
        log.warn("msg=not-watched folder={} cause=\"{}\"", folder, exception.toString());
        return new Watch(null);
      }
    }

    void awaitChange(Duration most) throws InterruptedException {
      if (service == null) {
        Thread.sleep(most);
        return;
      }
      WatchKey key = service.poll(most.toMillis(), TimeUnit.MILLISECONDS);
      for (int waits = 0; key != null && waits < MOST_QUIET_WAITS; waits++) {
        key.pollEvents();
        key.reset();
        key = service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
      }
      if (key != null) {
        key.pollEvents();
        key.reset();
      }
    }

    @Override
    public void close() {
      if (service != null) {
        try {
          service.close();
        } catch (IOException exception) {
          log.debug("msg=watch-close-failed cause=\"{}\"", exception.toString());
        }
      }
    }
  }
}
