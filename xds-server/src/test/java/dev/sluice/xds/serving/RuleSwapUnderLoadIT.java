package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A route that moves to a new cluster while the old one goes away, on a real Envoy under streaming
 * load: neither a route without its cluster nor a cluster without its endpoints may be seen.
 */
class RuleSwapUnderLoadIT {

  private static final int SWAPS = 20;
  private static final double REQUESTS_PER_SECOND = 100;

  @Test
  void renamedRuleFailsNoRequest(@TempDir Path folder) {
    try (LiveFleet fleet = LiveFleet.start(folder)) {
      fleet.publish(999);
      fleet.awaitTrafficTo("a");
      try (LoadGenerator load =
          LoadGenerator.start(LoadPlan.of(fleet.url(), fleet.model(), REQUESTS_PER_SECOND))) {

        for (int i = 0; i < SWAPS; i++) {
          boolean away = i % 2 == 0;
          fleet.server().publish(fleet.resources(999, List.of(away ? "other" : "chat")));
          awaitGone(fleet, away ? "rule/chat::" : "rule/other::");
        }
        load.stop();

        assertThat(load.totals().failures()).isEmpty();
        assertThat(load.totals().finished()).isPositive();
      }
    }
  }

  private static void awaitGone(LiveFleet fleet, String cluster) {
    Await.until(
        LiveFleet.SOON,
        "Envoy drops " + cluster,
        () -> !fleet.envoy().get("/clusters").contains(cluster));
  }
}
