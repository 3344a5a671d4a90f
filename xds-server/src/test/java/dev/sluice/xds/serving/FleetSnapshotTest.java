package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.xds.resources.FleetResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.List;
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
        .isEqualTo(new SnapshotVersion("9370b5deb053cccb"));
  }

  @Test
  void weightChangeKeepsTheVersionsOfTheOtherTypes() {
    TestFleet fleet = TestFleet.small();

    FleetSnapshot before = FleetSnapshot.of(fleet.resources());
    FleetSnapshot after = FleetSnapshot.of(fleet.withWeights(1, 2).resources());

    assertThat(after.version(XdsType.ASSIGNMENTS))
        .isNotEqualTo(before.version(XdsType.ASSIGNMENTS));
    for (XdsType type : List.of(XdsType.CLUSTERS, XdsType.LISTENERS, XdsType.ROUTES)) {
      assertThat(after.version(type)).isEqualTo(before.version(type));
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
}
