package dev.sluice.app.sources;

import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Memory;
import dev.sluice.foreman.admission.TargetResolver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the process lives: what it reads there, what it remembers, and whether it decides. */
public interface Home extends AutoCloseable {

  /** Where the loop remembers. */
  Memory memory();

  /** What the loop begins with at {@code now}. */
  LoopState first(Instant now);

  /** Follows Foreman's objects to services, as far as they are read here. */
  TargetResolver targets();

  /** The Agents that are held now; empty where there are none to hold. */
  default Optional<List<AgentHold>> holds() {
    return Optional.empty();
  }

  /** Begins to read; {@code loop} is called from threads of its own and must return at once. */
  void start(Consumer<Event> loop);

  @Override
  void close();
}
