package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.xds.resources.FleetResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetSnapshotTest {

  @Test
  void versionIsTheContentsAndNothingElse() {
    TestFleet fleet = TestFleet.small();

    FleetSnapshot changed = FleetSnapshot.of(fleet.withWeights(1, 2).resources());
    FleetSnapshot back = FleetSnapshot.of(fleet.withWeights(90, 10).resources());

    assertThat(changed.version()).isNotEqualTo(fleet.version());
    assertThat(back.version()).isEqualTo(fleet.version());
  }

  @Test
  void versionIsTheSameInEveryProcess() {
    FleetResources resources = TestFleet.small().resources();

    assertThat(FleetSnapshot.of(resources).version())
        .isEqualTo(new SnapshotVersion("d27e0e6ef3555eb7"));
  }

  @Test
  void weightChangeKeepsTheVersionsOfTheOtherTypes() {
    TestFleet fleet = TestFleet.small();

    FleetSnapshot before = FleetSnapshot.of(fleet.resources());
    FleetSnapshot after = FleetSnapshot.of(fleet.withWeights(1, 2).resources());

    assertThat(after.resources(XdsType.ASSIGNMENTS).version())
        .isNotEqualTo(before.resources(XdsType.ASSIGNMENTS).version());
    for (XdsType type : List.of(XdsType.CLUSTERS, XdsType.LISTENERS, XdsType.ROUTES)) {
      assertThat(after.resources(type).version()).isEqualTo(before.resources(type).version());
    }
  }

  @Test
  void twoResourcesOfOneNameAreRefused() {
    Cluster cluster = Cluster.newBuilder().setName("rule-0").build();
    FleetResources twice =
        new FleetResources(
            TestFleet.CHAT, List.of(cluster, cluster), List.of(), List.of(), List.of(), List.of());

    assertThatThrownBy(() -> FleetSnapshot.of(twice))
        .hasMessage("Cluster: \"rule-0\" twice (expected: names that differ)");
  }

  @Test
  void knowsWhatChangedSinceTheOneBeforeAndSharesTheRest() {
    TestFleet fleet = TestFleet.small().withCluster("rule-1", Map.of());

    FleetSnapshot before = FleetSnapshot.of(fleet.resources());
    FleetSnapshot after = FleetSnapshot.of(fleet.withWeights(1, 2).resources()).after(before);

    TypeResources assignments = after.resources(XdsType.ASSIGNMENTS);
    String earlier = before.resources(XdsType.ASSIGNMENTS).version();
    assertThat(assignments.since(earlier))
        .contains(new TypeResources.Change(earlier, Set.of("rule-0"), Set.of()));
    assertThat(assignments.names()).isSameAs(before.resources(XdsType.ASSIGNMENTS).names());
    assertThat(assignments.since("another")).isEmpty();
    assertThat(after.resources(XdsType.CLUSTERS)).isSameAs(before.resources(XdsType.CLUSTERS));
  }
}
