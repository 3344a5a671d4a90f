package dev.sluice.demo.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where one run keeps its files: the manifests with this run's ports, Pyrra's rules, and a folder
 * with data and logs for each part. It is emptied when a run begins, because an old state file or
 * old samples would be part of the new story.
 */
final class RunFolder {

  private final Path root;
  private final Scenario scenario;

  /** Empties {@code root} and lays out {@code scenario} there. */
  RunFolder(Path root, Scenario scenario, Map<String, Integer> ports) {
    this.root = root.toAbsolutePath();
    this.scenario = scenario;
    try {
      empty();
      for (String name : scenario.manifests()) {
        write("manifests", name, withPorts(read("manifests", name), ports));
      }
      for (String name : scenario.objectives()) {
        write("rules", name + ".yaml", read("rules", name + ".yaml"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("run folder %s: can't be laid out".formatted(root), e);
    }
  }

  /** What Sluice is given as {@code --dir}. */
  Path manifests() {
    return root.resolve("manifests");
  }

  List<Path> rules() {
    return scenario.objectives().stream()
        .map(name -> root.resolve("rules").resolve(name + ".yaml"))
        .toList();
  }

  /** Data and log of one part. */
  Path of(String part) {
    return root.resolve(part);
  }

  private void empty() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private String read(String kind, String name) throws IOException {
    String resource = "/scenarios/%s/%s/%s".formatted(scenario.name(), kind, name);
    try (InputStream in = RunFolder.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is missing".formatted(resource));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void write(String kind, String name, String text) throws IOException {
    Path folder = Files.createDirectories(root.resolve(kind));
    Files.writeString(folder.resolve(name), text);
  }

  private static String withPorts(String text, Map<String, Integer> ports) {
    String filled = text;
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      filled = filled.replace("${port." + port.getKey() + "}", String.valueOf(port.getValue()));
    }
    return filled;
  }
}
