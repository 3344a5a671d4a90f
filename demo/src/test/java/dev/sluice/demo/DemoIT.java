package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.report.Claim;
import dev.sluice.demo.report.Claims;
import dev.sluice.demo.report.Run;
import dev.sluice.demo.report.Run.Disturbance;
import dev.sluice.demo.stage.Scenario;
import dev.sluice.demo.stage.Stage;
import dev.sluice.demo.stage.Versions;
import dev.sluice.demo.story.Story;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The main job, end to end on the real parts, with Sluice killed and Prometheus restarted in the
 * middle of the breach. The suite's longest test: most of its minutes are Pyrra's windows.
 */
final class DemoIT {

  private static final Path REPORT = Path.of("target", "demo", "it");
  private static final double REQUESTS_PER_SECOND = 40;

  @Test
  void aSlowBackendLosesItsTrafficProvesItselfAndGetsItBackThroughAKillAndARestart() {
    ReportFolder folder = new ReportFolder(REPORT);
    Terminal terminal = new Terminal(System.out, false);

    List<Claim> claims;
    try (Stage stage = Stage.raise(Scenario.slow(), folder.parts());
        Story story =
            Story.begin(
                stage,
                REQUESTS_PER_SECOND,
                List.of(Disturbance.KILL_SLUICE, Disturbance.RESTART_PROMETHEUS),
                terminal)) {
      Run run = story.play(Versions.ofParts());
      claims = Claims.check(run);
      folder.write(run, claims);
    }

    assertThat(claims).hasSize(11).allMatch(Claim::held);
  }
}
