package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StateOfTheWorldServingTest {

  private static final String WORDS = "no";

  private final TestFleet fleet =
      TestFleet.small().withCluster("rule-1", Map.of("c", new TestFleet.Backend(3, 1)));

  @RegisterExtension private final TestServer test = new TestServer();

  private FakeStateNode converged() {
    test.server().publish(fleet.resources());
    FakeStateNode node = FakeStateNode.of(test.server(), "n1").converge("rule-0", "rule-1");
    awaitConverged();
    return node;
  }

  private void awaitConverged() {
    test.eventually(
        "the node has converged",
        () -> assertThat(test.status().nodes()).isNotEmpty().allMatch(NodeStatus::converged));
  }

  @Test
  void weightChangeSendsTheChangedAssignmentOnly() {
    try (FakeStateNode node = converged()) {

      test.server().publish(fleet.withWeights(1, 99).resources());

      // A response with some of the assignments leaves the others as they are.
      DiscoveryResponse response = node.nextAcked(XdsType.ASSIGNMENTS);
      assertThat(response.getResourcesCount()).isEqualTo(1);
      awaitConverged();
      assertThat(node.unread()).isZero();
    }
  }

  @Test
  void rejectedPushIsNotRepeatedAndIsTakenBack() {
    try (FakeStateNode node = converged()) {
      String before = node.accepted(XdsType.ASSIGNMENTS);
      test.server().publish(fleet.withRejectedWeights("rule-0").resources());

      node.nack(XdsType.ASSIGNMENTS, node.next(XdsType.ASSIGNMENTS), WORDS);

      // The version that the node has accepted already: its good half has to go back.
      assertThat(node.nextAcked(XdsType.ASSIGNMENTS).getVersionInfo()).isEqualTo(before);
      awaitConverged();
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(6);
      assertThat(test.status().rejection().orElseThrow().envoyWords()).isEqualTo(WORDS);
    }
  }

  @Test
  void firstPushRejectedIsSentOnce() {
    test.server().publish(fleet.resources());
    try (FakeStateNode node = FakeStateNode.of(test.server(), "n1")) {
      node.subscribe(XdsType.CLUSTERS);

      node.nack(XdsType.CLUSTERS, node.next(XdsType.CLUSTERS), WORDS);
      test.eventually(
          "the rejection is known", () -> assertThat(test.status().rejection()).isPresent());

      TestFleet better = fleet.withMaxConnections("rule-0", 5);
      test.server().publish(better.resources());
      node.nextAcked(XdsType.CLUSTERS);
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(2);
    }
  }

  @Test
  void changedClusterIsFollowedByItsAssignment() {
    try (FakeStateNode node = converged()) {

      test.server().publish(fleet.withMaxConnections("rule-1", 7).resources());

      node.nextAcked(XdsType.CLUSTERS);
      node.nextAcked(XdsType.ASSIGNMENTS);
    }
  }

  @Test
  void reconnectingNodeThatHasEverythingIsSentNothing() {
    try (FakeStateNode before = converged();
        FakeStateNode node = FakeStateNode.of(test.server(), "n2")) {

      node.subscribeHaving(XdsType.CLUSTERS, before.accepted(XdsType.CLUSTERS));
      node.subscribeHaving(
          XdsType.ASSIGNMENTS, before.accepted(XdsType.ASSIGNMENTS), "rule-0", "rule-1");
      node.subscribeHaving(XdsType.LISTENERS, before.accepted(XdsType.LISTENERS));
      node.subscribeHaving(XdsType.ROUTES, before.accepted(XdsType.ROUTES), "routes");

      test.eventually(
          "the second node has converged",
          () -> assertThat(test.status().nodes()).hasSize(2).allMatch(NodeStatus::converged));
      assertThat(node.unread()).isZero();
    }
  }

  @Test
  void nodeThatAsksForMoreAssignmentsGetsThem() {
    test.server().publish(fleet.resources());
    try (FakeStateNode node = FakeStateNode.of(test.server(), "n1")) {
      node.subscribe(XdsType.CLUSTERS);
      node.nextAcked(XdsType.CLUSTERS);
      node.subscribe(XdsType.ASSIGNMENTS, "rule-0");
      DiscoveryResponse first = node.nextAcked(XdsType.ASSIGNMENTS);

      node.rename(XdsType.ASSIGNMENTS, first, "rule-0", "rule-1");

      assertThat(node.nextAcked(XdsType.ASSIGNMENTS).getResourcesCount()).isEqualTo(1);
    }
  }
}
