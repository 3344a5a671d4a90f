package dev.sluice.app.sources;

import dev.sluice.app.explain.Surroundings;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Memory;
import dev.sluice.app.overrides.OverrideWriter;
import dev.sluice.foreman.admission.TargetResolver;
import java.time.Instant;
import java.util.function.Consumer;

/** Where the process lives: what it reads there, what it remembers, and whether it decides. */
public interface Home extends AutoCloseable {

  /** Where the loop remembers. */
  Memory memory();

  /** What the loop begins with at {@code now}. */
  LoopState first(Instant now);

  /** Follows Foreman's objects to services, as far as they are read here. */
  TargetResolver targets();

  /** What this place adds to an explanation; from any thread. */
  default Surroundings surroundings() {
    return Surroundings.ALONE;
  }

  /** Writes down here what people decide by hand; from any thread. */
  default OverrideWriter overrides() {
    return OverrideWriter.NONE;
  }

  /** Begins to read; {@code loop} is called from threads of its own and must return at once. */
  void start(Consumer<Event> loop);

  @Override
  void close();
}
