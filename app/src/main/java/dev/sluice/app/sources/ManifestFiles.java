package dev.sluice.app.sources;

import dev.sluice.app.manifests.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedCollection;
import java.util.stream.Stream;

/** Reads files and folders of manifests once, as a command is told them. */
public final class ManifestFiles {

  private ManifestFiles() {}

  /**
   * Reads the files, and of a folder those that a directory source would read. A file that can't be
   * read is noted like one that can't be parsed.
   *
   * @throws IOException if a folder can't be listed; its message names it
   */
  public static Manifests read(SequencedCollection<Path> paths) throws IOException {
    Manifests manifests = Manifests.NONE;
    for (Path path : paths) {
      for (Path file : Files.isDirectory(path) ? list(path) : List.of(path)) {
        manifests = read(manifests, file);
      }
    }
    return manifests;
  }

  private static Manifests read(Manifests before, Path file) {
    String name = file.toString();
    try {
      return before.read(name, Files.readString(file));
    } catch (IOException cause) {
      return before.unreadable(name, "can't be read: " + cause + " (expected: YAML in UTF-8)");
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(DirectoryScan::isManifest).sorted().toList();
    }
  }
}
