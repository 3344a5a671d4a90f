package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UInt32Value;
import dev.sluice.lab.Await;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.serving.TypeStream.Protocol;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real Envoy makes of changed clusters, over delta and state of the world. */
class BothProtocolsIT {

  private static final List<String> RULES = List.of("chat", "spare");
  private static final String CHANGED = "rule/chat::default_priority::max_connections::7\n";
  private static final String MODIFIED = "cluster_manager.cluster_modified";
  private static final String REJECTED = "cluster_manager.cds.update_rejected";
  private static final String WARMING = "cluster_manager.warming_clusters";

  // Below the 15 s after which Envoy gives up waiting for a warming cluster's assignment.
  private static final Duration WARM_BOUND = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource
  void changedClusterIsWarmedAtOnce(Protocol protocol, @TempDir Path folder) {
    try (LiveFleet fleet = LiveFleet.start(folder, protocol)) {
      FleetResources before = fleet.resources(999, RULES);
      fleet.server().publish(before);
      fleet.awaitTrafficTo("a");

      fleet.server().publish(withMaxConnections(before));

      Await.until(
          WARM_BOUND,
          "the changed cluster is live",
          () -> fleet.envoy().get("/clusters").contains(CHANGED) && stat(fleet, WARMING) == 0);
      fleet.awaitTrafficTo("a");
    }
  }

  @ParameterizedTest
  @EnumSource
  void goodHalfOfARejectedPushIsTakenBack(Protocol protocol, @TempDir Path folder) {
    try (LiveFleet fleet = LiveFleet.start(folder, protocol)) {
      FleetResources before = fleet.resources(999, RULES);
      fleet.server().publish(before);
      fleet.awaitTrafficTo("a");
      awaitConverged(fleet);
      long modified = stat(fleet, MODIFIED);
      double pushes = fleet.counted("sluice.xds.pushes");

      fleet.server().publish(withBadSpare(withMaxConnections(before)));

      Await.until(LiveFleet.SOON, "the rejection", () -> fleet.status().rejection().isPresent());
      awaitConverged(fleet);
      Await.until(
          LiveFleet.SOON,
          "the good half is gone again",
          () -> !fleet.envoy().get("/clusters").contains(CHANGED));
      // It was there: Envoy counts it as it comes and as it goes.
      assertThat(stat(fleet, MODIFIED)).isGreaterThanOrEqualTo(modified + 2);
      assertThat(stat(fleet, REJECTED)).isEqualTo(1);
      assertThat(fleet.counted("sluice.xds.pushes") - pushes).isLessThanOrEqualTo(4);
      fleet.awaitTrafficTo("a");
    }
  }

  private static void awaitConverged(LiveFleet fleet) {
    Await.until(
        LiveFleet.SOON,
        "Envoy has what is served",
        () -> fleet.status().nodes().stream().allMatch(NodeStatus::converged));
  }

  private static long stat(LiveFleet fleet, String name) {
    return fleet.envoy().stats(name).getOrDefault(name, 0L);
  }

  private static FleetResources withMaxConnections(FleetResources good) {
    Cluster.Builder chat = good.clusters().getFirst().toBuilder();
    chat.getCircuitBreakersBuilder().getThresholdsBuilder(0).setMaxConnections(UInt32Value.of(7));
    return withClusters(good, chat.build(), good.clusters().getLast());
  }

  private static FleetResources withBadSpare(FleetResources good) {
    // Well formed, so that Envoy only stumbles over it when it comes to this cluster.
    Cluster.Builder spare = good.clusters().getLast().toBuilder();
    spare.setLbPolicy(Cluster.LbPolicy.LOAD_BALANCING_POLICY_CONFIG);
    return withClusters(good, good.clusters().getFirst(), spare.build());
  }

  private static FleetResources withClusters(FleetResources good, Cluster... clusters) {
    return new FleetResources(
        good.fleet(),
        List.of(clusters),
        good.assignments(),
        good.listeners(),
        good.routes(),
        List.of());
  }
}
