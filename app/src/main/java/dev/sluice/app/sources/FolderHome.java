package dev.sluice.app.sources;

import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Memory;
import dev.sluice.app.loop.StateFile;
import dev.sluice.foreman.admission.TargetResolver;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * A folder of manifests and a state file. Nobody else lives there, so it always decides.
 *
 * @param source reads the folder
 * @param file remembers
 */
public record FolderHome(DirectorySource source, StateFile file) implements Home {

  @Override
  public Memory memory() {
    return file;
  }

  @Override
  public LoopState first(Instant now) {
    return LoopState.leading(file.read(), now);
  }

  @Override
  public TargetResolver targets() {
    return TargetResolver.none();
  }

  @Override
  public void start(Consumer<Event> loop) {
    source.start(world -> loop.accept(new Event.WorldChanged(world)));
  }

  @Override
  public void close() {
    source.close();
  }
}
