package dev.sluice.app.sources;

import dev.sluice.app.manifests.World;
import java.util.function.Consumer;

/** Where the world is read from. */
public interface Source extends AutoCloseable {

  /**
   * Begins to read. The listener gets the world once it is read, and again after every change; it
   * is called from the source's own thread and must return at once.
   */
  void start(Consumer<World> listener);

  @Override
  void close();
}
