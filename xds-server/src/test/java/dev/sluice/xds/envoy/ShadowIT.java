package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.RunningFleet.servedBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.xds.fixture.RecordingBackend;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.shares.RouterShares;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strategy shadow: the first backend answers, the others get copies. */
class ShadowIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int REQUESTS = 20;

  @Test
  void othersGetEveryRequestAndNobodyWaitsForThem(@TempDir Path folder) {
    try (RunningFleet fleet = RunningFleet.start(folder);
        RecordingBackend first = RecordingBackend.start("first");
        RecordingBackend copy = RecordingBackend.start("copy")) {
      copy.answer(500, "");
      fleet.serve(
          router(
              List.of(backend("first", 1), backend("copy", 1)),
              rule("try-out", Strategy.SHADOW, Match.ANY, List.of("first", "copy"))),
          RunningFleet.onLoopback(Map.of("first", first.port(), "copy", copy.port())),
          RouterShares.NONE);

      for (int i = 0; i < REQUESTS; i++) {
        assertThat(servedBy(fleet.chat("qwen"))).isEqualTo("first");
      }

      Await.until(BOUND, "every request was copied", () -> copy.seen().size() == REQUESTS);
      assertThat(copy.seen().getLast().body()).isEqualTo(first.seen().getLast().body());
      assertThat(first.seen()).hasSize(REQUESTS);
    }
  }

  @Test
  void copiesOfAShadowThatIsAwayAreLost(@TempDir Path folder) {
    try (RunningFleet fleet = RunningFleet.start(folder);
        RecordingBackend first = RecordingBackend.start("first")) {
      fleet.serve(
          router(
              List.of(backend("first", 1), backend("copy", 1)),
              rule("try-out", Strategy.SHADOW, Match.ANY, List.of("first", "copy"))),
          RunningFleet.onLoopback(Map.of("first", first.port())),
          RouterShares.NONE);

      assertThat(servedBy(fleet.chat("qwen"))).isEqualTo("first");
    }
  }
}
