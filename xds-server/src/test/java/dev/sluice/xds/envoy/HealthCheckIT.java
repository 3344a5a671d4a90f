package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.RunningFleet.servedBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.xds.fixture.RecordingBackend;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Backend.HealthCheck;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.shares.RouterShares;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Active checks: who says he isn't well gets no requests, and gets them again once he is. */
class HealthCheckIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final HealthCheck EVERY_SECOND =
      new HealthCheck("/ready", Duration.ofSeconds(1), Duration.ofSeconds(1));

  @Test
  void fallbackServesWhileThePrimarySaysItIsUnwell(@TempDir Path folder) {
    try (RunningFleet fleet = RunningFleet.start(folder);
        RecordingBackend primary = RecordingBackend.start("primary");
        RecordingBackend fallback = RecordingBackend.start("fallback")) {
      fleet.serve(
          router(
              List.of(checked("primary"), backend("fallback", 1)),
              rule("all", Strategy.PRIMARY_FALLBACK, Match.ANY, List.of("primary", "fallback"))),
          RunningFleet.onLoopback(Map.of("primary", primary.port(), "fallback", fallback.port())),
          RouterShares.NONE);
      assertThat(servedBy(fleet.chat("qwen"))).isEqualTo("primary");

      primary.answer(503, "");
      Await.until(BOUND, "Envoy knows", () -> failedChecks(fleet) >= 2);
      long asked = chats(primary);
      assertThat(fleet.chats(10, "qwen")).isEqualTo(Map.of("fallback", 10L));
      assertThat(chats(primary)).isEqualTo(asked);
      // The one that declares no check isn't asked.
      assertThat(fallback.seen()).allMatch(seen -> seen.path().startsWith("/v1/"));

      primary.answer(200, "");
      Await.until(BOUND, "it is trusted", () -> servedBy(fleet.chat("qwen")).equals("primary"));
    }
  }

  private static long failedChecks(RunningFleet fleet) {
    return fleet.envoy().stats("cluster.rule/all.health_check.failure").values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static long chats(RecordingBackend backend) {
    return backend.seen().stream().filter(seen -> seen.path().startsWith("/v1/")).count();
  }

  private static Backend checked(String name) {
    Backend plain = backend(name, 1);
    return new Backend(
        name,
        plain.displayName(),
        plain.upstream(),
        1,
        true,
        Optional.empty(),
        plain.capabilities(),
        Optional.of(EVERY_SECOND));
  }
}
