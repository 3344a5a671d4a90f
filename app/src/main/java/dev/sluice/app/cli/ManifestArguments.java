package dev.sluice.app.cli;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.sources.ManifestFiles;
import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The manifests that {@code lint} and {@code render} are told to read. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ManifestArguments {

  /** The series there are; Envoy's are cut as the bootstrap that we print cuts them. */
  static final SeriesCatalog SERIES = new SeriesCatalog(BootstrapWriter.BUCKETS_MS);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(
      paramLabel = "FILE|DIR",
      arity = "1..*",
      description = "manifests, as files or folders of them")
  private List<Path> paths;

  /** The manifests; empty, with the reason printed, if a path leads nowhere. */
  Optional<Manifests> read() {
    List<Path> missing = paths.stream().filter(path -> !Files.isReadable(path)).toList();
    missing.forEach(path -> fault(path + ": can't be read (expected: a file or a folder)"));
    if (!missing.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ManifestFiles.read(paths));
    } catch (IOException unreadable) {
      fault(unreadable + " (expected: a folder that can be listed)");
      return Optional.empty();
    }
  }

  private void fault(String words) {
    command.commandLine().getErr().println(words);
  }
}
