package dev.sluice.app.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that remembers what a restart must not forget. Written whole: a temporary file, synced,
 * then moved over the old one, so that a crash leaves either the old or the new state.
 *
 * <ul>
 *   <li><i>Thread</i>: the loop's.
 *   <li><i>On failure</i>: a state that can't be read or is of another version is left out with a
 *       warning; one that can't be written is tried again with the next change.
 *   <li><i>On shutdown</i>: nothing to do; it is always complete.
 * </ul>
 */
public final class StateFile implements Memory {

  private static final Logger log = LoggerFactory.getLogger(StateFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /** The state in {@code file}; its folder is made when needed. */
  public StateFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** What was remembered; {@link SavedState#NONE} if nothing was, or it can't be read. */
  public SavedState read() {
    if (!Files.exists(file)) {
      return SavedState.NONE;
    }
    try {
      return SavedStateCodec.read(JSON.readTree(file.toFile()));
    } catch (JsonProcessingException malformed) {
      return withoutState(malformed.getOriginalMessage());
    } catch (IOException | IllegalArgumentException unreadable) {
      return withoutState(String.valueOf(unreadable.getMessage()));
    }
  }

  private SavedState withoutState(String cause) {
    log.warn(
        "msg=state-unreadable file={} cause={} effect=\"starting without what was remembered\"",
        file,
        LogWords.quote(cause));
    return SavedState.NONE;
  }

  @Override
  public void write(SavedState state) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(SavedStateCodec.write(state)));
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
