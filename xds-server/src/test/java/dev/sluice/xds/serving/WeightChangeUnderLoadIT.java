package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.xds.resources.FleetResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 250 weight changes on a real Envoy under streaming load: none may fail, and how fast they are.
 */
class WeightChangeUnderLoadIT {

  private static final int CHANGES = 250;
  private static final int NEARLY_ALL = 999;
  private static final int NEARLY_NONE = 1;
  private static final double REQUESTS_PER_SECOND = 100;
  private static final long PROBE_NANOS = 500_000;
  private static final Duration BOUND = Duration.ofSeconds(10);

  @Test
  void weightChangesReachTrafficWithoutAFailedRequest(@TempDir Path folder) {
    try (LiveFleet fleet = LiveFleet.start(folder)) {
      fleet.publish(NEARLY_ALL);
      fleet.awaitTrafficTo("a");
      try (LoadGenerator load =
          LoadGenerator.start(LoadPlan.of(fleet.url(), fleet.model(), REQUESTS_PER_SECOND))) {

        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
          boolean toB = i % 2 == 0;
          millis.add(change(fleet, toB ? NEARLY_NONE : NEARLY_ALL, toB ? "b" : "a"));
        }
        load.stop();

        Collections.sort(millis);
        System.out.printf(
            Locale.ROOT,
            "%d weight changes under load, %d requests, %d failed; from snapshot to changed"
                + " traffic: median %.1f ms, p99 %.1f ms%n",
            CHANGES,
            load.totals().finished(),
            load.totals().failed(),
            millis.get(CHANGES / 2),
            millis.get(CHANGES * 99 / 100));
        assertThat(load.totals().failed()).isZero();
        assertThat(load.totals().finished()).isPositive();
        assertThat(fleet.counted("sluice.xds.pushes")).isGreaterThanOrEqualTo(CHANGES);
      }
    }
  }

  /**
   * Publishes, and sends requests until the other backend sees one arrive: what the backends take
   * to answer is not ours to count.
   */
  private static double change(LiveFleet fleet, int weightOfA, String other) {
    FleetResources resources = fleet.resources(weightOfA);
    List<CompletableFuture<String>> probes = new ArrayList<>();
    long before = fleet.arrivals(other);
    long start = System.nanoTime();
    fleet.server().publish(resources);
    while (fleet.arrivals(other) == before) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      probes.add(fleet.asking());
      LockSupport.parkNanos(PROBE_NANOS);
    }
    double millis = (System.nanoTime() - start) / 1e6;
    CompletableFuture.allOf(probes.toArray(CompletableFuture[]::new)).join();
    return millis;
  }
}
