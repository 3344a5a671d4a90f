package dev.sluice.benchmarks.startup;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code ./sluice bench startup [STARTS]}: from the start of {@code sluice run} to its first xDS
 * answer, with the JDK as it is and as the image has it: a linked runtime and an AOT cache.
 */
public final class Main {

  private static final int STARTS = 10;
  private static final Path DOCKERFILE = Path.of("helm", "image", "Dockerfile");

  private final PrintStream out;
  private final int starts;
  private final Path folder;

  private Main(PrintStream out, int starts, Path folder) {
    this.out = out;
    this.starts = starts;
    this.folder = folder;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int starts = STARTS;
    if (arguments.length > 0) {
      if (!arguments[0].matches("[1-9][0-9]{0,2}")) {
        System.err.println(
            "startup: \"%s\" (expected: how many starts a row, 1 to 999)".formatted(arguments[0]));
        System.exit(2);
      }
      starts = Integer.parseInt(arguments[0]);
    }
    Path folder = Files.createTempDirectory("sluice-startup");
    try {
      new Main(System.out, starts, folder).run();
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    }
  }

  private void run() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"));
    Path linked = linked(jdk);
    try (Scene scene = Scene.open(folder)) {
      List<Row> rows =
          List.of(
              Row.of("JDK", jdk),
              Row.of("JDK, AOT cache", jdk, "-XX:AOTCache=" + scene.train(jdk)),
              Row.of("linked runtime", linked),
              Row.of("linked runtime, AOT cache", linked, "-XX:AOTCache=" + scene.train(linked)));
      // In turns: what else the machine does falls on all of them.
      for (int index = 0; index < starts; index++) {
        for (Row row : rows) {
          row.starts().add(scene.start(row.runtime(), row.options()));
        }
      }
      out.printf(
          "%-28s  %8s  %8s  %8s  %8s%n", "first xDS answer after", "median", "min", "max", "CPU");
      rows.forEach(this::print);
    }
  }

  private record Row(String words, Path runtime, List<String> options, List<Scene.Started> starts) {

    static Row of(String words, Path runtime, String... options) {
      return new Row(words, runtime, List.of(options), new ArrayList<>());
    }
  }

  /** A runtime of the modules that the image has. */
  private Path linked(Path jdk) throws IOException, InterruptedException {
    String modules =
        Files.readString(DOCKERFILE)
            .lines()
            .filter(line -> line.startsWith("java.base,"))
            .findFirst()
            .orElseThrow();
    Path runtime = folder.resolve("runtime");
    Process jlink =
        new ProcessBuilder(
                jdk.resolve("bin/jlink").toString(),
                "--strip-java-debug-attributes",
                "--generate-cds-archive",
                "--output",
                runtime.toString(),
                "--add-modules",
                modules)
            .inheritIO()
            .start();
    if (jlink.waitFor() != 0) {
      throw new IOException("jlink exited with " + jlink.exitValue());
    }
    return runtime;
  }

  private void print(Row row) {
    List<Duration> took = row.starts().stream().map(Scene.Started::took).sorted().toList();
    List<Duration> cpu = row.starts().stream().map(Scene.Started::cpu).sorted().toList();
    out.printf(
        Locale.ROOT,
        "%-28s  %6.2f s  %6.2f s  %6.2f s  %6.2f s%n",
        row.words(),
        seconds(took.get(starts / 2)),
        seconds(took.getFirst()),
        seconds(took.getLast()),
        seconds(cpu.get(starts / 2)));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
