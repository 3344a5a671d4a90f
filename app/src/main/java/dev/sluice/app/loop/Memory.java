package dev.sluice.app.loop;

import java.io.IOException;

/** Keeps what a restart, or the next leader, must not forget. */
public interface Memory {

  /**
   * Remembers; called by the loop's thread, which must not wait for a network.
   *
   * @throws IOException if it can't; the next change is another try
   */
  void write(SavedState state) throws IOException;
}
