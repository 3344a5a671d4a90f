package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UInt32Value;
import dev.sluice.lab.Await;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.xds.resources.FleetResources;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Envoy on delta ADS. It fails the day a new gRPC or protobuf breaks java-control-plane, and
 * it shows what a bad push, a restart and a lost Envoy do.
 */
class XdsCanaryIT {

  private static final String REJECTED = "cluster.rule/chat.update_rejected";
  private static final String APPLIED = "cluster.rule/chat.update_success";

  @SuppressWarnings("NullAway.Init")
  private LiveFleet fleet;

  @BeforeEach
  void startFleet(@TempDir Path folder) {
    fleet = LiveFleet.start(folder);
  }

  @AfterEach
  void stopFleet() {
    fleet.close();
  }

  @Test
  void aPushThatEnvoyRejectsChangesNothingAndTheNextGoodOneHeals() {
    fleet.publish(999);
    fleet.awaitTrafficTo("a");
    try (LoadGenerator load = LoadGenerator.start(LoadPlan.of(fleet.url(), fleet.model(), 50))) {
      rejectOnce();

      fleet.publish(1);

      fleet.awaitTrafficTo("b");
      load.stop();
      assertThat(fleet.status().rejection()).isEmpty();
      assertThat(load.totals().finished()).isPositive();
      assertThat(load.totals().failed()).isZero();
    }
  }

  private void rejectOnce() {
    double before = fleet.counted("sluice.xds.pushes");

    fleet.server().publish(withEndpointWeightZero(fleet.resources(1)));

    Await.until(LiveFleet.SOON, "Envoy's rejection", () -> fleet.status().rejection().isPresent());
    assertThat(fleet.status().rejection())
        .hasValueSatisfying(
            rejection ->
                assertThat(rejection.envoyWords())
                    .contains("LoadBalancingWeight")
                    .contains("greater than or equal to 1"));
    Await.until(
        LiveFleet.SOON,
        "the last good content is acknowledged again",
        () -> fleet.status().nodes().stream().allMatch(NodeStatus::converged));
    fleet.awaitTrafficTo("a");
    assertThat(fleet.counted("sluice.xds.pushes") - before).isLessThanOrEqualTo(3);
    assertThat(fleet.envoy().stats(REJECTED)).containsEntry(REJECTED, 1L);
  }

  @Test
  void aRestartedServerChangesNoShareUntilItPublishesAndResendsNothingThatEnvoyHas() {
    fleet.publish(999);
    fleet.awaitTrafficTo("a");
    long applied = applied();

    fleet.stopServer();
    fleet.awaitTrafficTo("a");
    fleet.startServer();
    Await.until(LiveFleet.SOON, "Envoy is back", () -> !fleet.server().waiting().isEmpty());
    fleet.awaitTrafficTo("a");

    fleet.publish(999);
    Await.until(
        LiveFleet.SOON,
        "Envoy is known to have it",
        () -> fleet.status().nodes().stream().anyMatch(NodeStatus::converged));
    assertThat(applied()).isEqualTo(applied);

    fleet.publish(1);
    fleet.awaitTrafficTo("b");
  }

  @Test
  void whatWasDeletedWhileTheServerWasAwayIsGoneAfterTheReconnectAndNothingElseIsSent() {
    fleet.server().publish(fleet.resources(999, List.of("chat", "spare")));
    fleet.awaitTrafficTo("a");
    assertThat(fleet.envoy().get("/clusters")).contains("rule/spare::");
    Map<XdsType, Double> before = resourcesSent();

    fleet.stopServer();
    fleet.startServer();
    fleet.publish(999);

    Await.until(
        LiveFleet.SOON,
        "Envoy drops the cluster",
        () -> !fleet.envoy().get("/clusters").contains("rule/spare::"));
    fleet.awaitTrafficTo("a");
    Map<XdsType, Double> expected = new TreeMap<>(before);
    expected.merge(XdsType.ROUTES, 1.0, Double::sum);
    assertThat(resourcesSent()).isEqualTo(expected);
  }

  private Map<XdsType, Double> resourcesSent() {
    return Arrays.stream(XdsType.values())
        .collect(
            Collectors.toMap(Function.identity(), fleet::resourcesSent, Double::sum, TreeMap::new));
  }

  @Test
  void anEnvoyThatIsKilledLeavesNothingBehind() {
    fleet.publish(500);
    Await.until(LiveFleet.SOON, "Envoy connects", () -> fleet.status().nodes().size() == 1);

    fleet.envoy().kill9();

    Await.until(LiveFleet.SOON, "its status is gone", () -> fleet.status().nodes().isEmpty());
  }

  private long applied() {
    return fleet.envoy().stats(APPLIED).getOrDefault(APPLIED, 0L);
  }

  private static FleetResources withEndpointWeightZero(FleetResources good) {
    ClusterLoadAssignment.Builder assignment = good.assignments().getFirst().toBuilder();
    assignment
        .getEndpointsBuilder(0)
        .getLbEndpointsBuilder(0)
        .setLoadBalancingWeight(UInt32Value.of(0));
    return new FleetResources(
        good.fleet(),
        good.clusters(),
        List.of(assignment.build()),
        good.listeners(),
        good.routes(),
        List.of());
  }
}
