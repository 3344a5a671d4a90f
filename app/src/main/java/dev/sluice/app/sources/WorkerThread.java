package dev.sluice.app.sources;

import org.jspecify.annotations.Nullable;

/** The end of a thread that works until it is interrupted. */
public final class WorkerThread {

  private WorkerThread() {}

  /** Interrupts {@code worker} and waits for its end; does nothing if it was never started. */
  public static void end(@Nullable Thread worker) {
    if (worker == null) {
      return;
    }
    worker.interrupt();
    try {
      worker.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
