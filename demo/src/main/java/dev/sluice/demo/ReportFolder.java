package dev.sluice.demo;

import dev.sluice.demo.report.Claim;
import dev.sluice.demo.report.ReportJson;
import dev.sluice.demo.report.Run;
import dev.sluice.demo.report.TimelineSvg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a run's report goes: {@code report.json}, {@code timeline.svg}, and the parts' files. */
record ReportFolder(Path path) {

  /** For manifests, rules, data and logs of the parts; emptied by each run. */
  Path parts() {
    return path.resolve("parts");
  }

  void write(Run run, List<Claim> claims) {
    try {
      Files.createDirectories(path);
      Files.writeString(path.resolve("report.json"), ReportJson.write(run, claims));
      Files.writeString(path.resolve("timeline.svg"), TimelineSvg.draw(run));
    } catch (IOException e) {
      throw new UncheckedIOException("report folder %s: can't be written".formatted(path), e);
    }
  }
}
