package dev.sluice.app.sources;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of a folder, and tells whether anything changed. Used by one thread. */
final class DirectoryScan {

  private static final Logger log = LoggerFactory.getLogger(DirectoryScan.class);
  private static final long MOST_BYTES = 8L << 20;

  private final Path folder;
  private Manifests manifests = Manifests.NONE;
  private SortedMap<String, FileText> seen = new TreeMap<>();

  DirectoryScan(Path folder) {
    this.folder = folder;
  }

  private sealed interface FileText {
    record Text(String text) implements FileText {}

    record Unreadable(String words) implements FileText {}
  }

  /** Reads the folder; true if anything differs from the time before. */
  boolean read() {
    SortedMap<String, FileText> found;
    try {
      found = readFiles();
    } catch (IOException exception) {
      log.warn("msg=folder-unreadable folder={} cause=\"{}\"", folder, exception.toString());
      return false;
    }
    boolean changed = !found.equals(seen);
    seen.keySet().stream()
        .filter(file -> !found.containsKey(file))
        .forEach(file -> manifests = manifests.without(file));
    found.forEach(this::take);
    seen = found;
    return changed;
  }

  World world() {
    return manifests.world();
  }

  private void take(String file, FileText contents) {
    if (contents.equals(seen.get(file))) {
      return;
    }
    manifests =
        switch (contents) {
          case FileText.Text(String text) -> manifests.read(file, text);
          case FileText.Unreadable(String words) -> manifests.unreadable(file, words);
        };
  }

  private SortedMap<String, FileText> readFiles() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      Map<String, Path> files =
          paths
              .filter(DirectoryScan::isManifest)
              .collect(Collectors.toMap(path -> path.getFileName().toString(), path -> path));
      SortedMap<String, FileText> texts = new TreeMap<>();
      for (Map.Entry<String, Path> file : files.entrySet()) {
        readFile(file.getValue(), texts);
      }
      return texts;
    }
  }

  /** Whether a folder's file is read. */
  static boolean isManifest(Path path) {
    String name = path.getFileName().toString();
    boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    return yaml && !name.startsWith(".") && Files.isRegularFile(path);
  }

  private static void readFile(Path path, SortedMap<String, FileText> texts) {
    String name = path.getFileName().toString();
    try {
      texts.put(
          name,
          Files.size(path) > MOST_BYTES
              ? new FileText.Unreadable("larger than 8 MiB (expected: manifests)")
              : new FileText.Text(Files.readString(path)));
    } catch (NoSuchFileException _) {
      log.debug("msg=file-vanished file={}", name);
    } catch (CharacterCodingException _) {
      texts.put(name, new FileText.Unreadable("not UTF-8 text (expected: YAML in UTF-8)"));
    } catch (IOException exception) {
      texts.put(
          name,
          new FileText.Unreadable("can't be read: " + exception + " (expected: a readable file)"));
    }
  }
}
