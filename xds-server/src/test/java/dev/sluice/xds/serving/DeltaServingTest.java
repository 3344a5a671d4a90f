package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.xds.serving.TestFleet.Backend;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeltaServingTest {

  private static final Map<String, Backend> SPARE = Map.of("c", new Backend(3, 1));

  @RegisterExtension private final TestServer test = new TestServer();

  @Test
  void newNodeGetsClustersThenAssignmentsThenListenersThenRoutes() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());

    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1")) {
      node.subscribe(XdsType.LISTENERS);
      node.subscribe(XdsType.CLUSTERS);
      DeltaDiscoveryResponse clusters = node.next(XdsType.CLUSTERS);
      node.subscribe(XdsType.ASSIGNMENTS, "rule-0");
      DeltaDiscoveryResponse assignments = node.next(XdsType.ASSIGNMENTS);
      node.ack(clusters);
      node.ack(assignments);
      node.nextAcked(XdsType.LISTENERS);
      node.subscribe(XdsType.ROUTES, "routes");
      node.nextAcked(XdsType.ROUTES);

      test.eventually(
          "the node has converged",
          () -> {
            assertThat(test.status().nodes()).allMatch(NodeStatus::converged);
            assertThat(test.status().acknowledged()).contains(fleet.version());
          });
    }
  }

  @Test
  void publishedAgainWithTheSameContentSendsNothing() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {

      test.server().publish(TestFleet.small().resources());
      test.server().publish(fleet.withWeights(10, 90).resources());

      DeltaDiscoveryResponse response = node.next();
      assertThat(response.getTypeUrl()).isEqualTo(XdsType.ASSIGNMENTS.typeUrl());
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(5);
    }
  }

  @Test
  void weightChangeSendsOneAssignmentAndNothingElse() {
    TestFleet fleet = TestFleet.small().withCluster("rule-1", SPARE);
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0", "rule-1")) {

      test.server().publish(fleet.withWeights(10, 90).resources());

      assertThat(names(node.nextAcked(XdsType.ASSIGNMENTS))).containsExactly("rule-0");
      test.eventually(
          "the node has converged",
          () -> assertThat(test.status().nodes()).allMatch(NodeStatus::converged));
      assertThat(node.unread()).isZero();
    }
  }

  @Test
  void changedClusterIsFollowedByItsAssignment() {
    TestFleet fleet = TestFleet.small().withCluster("rule-1", SPARE);
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0", "rule-1")) {

      test.server().publish(fleet.withMaxConnections("rule-1", 7).resources());

      assertThat(names(node.nextAcked(XdsType.CLUSTERS))).containsExactly("rule-1");
      assertThat(names(node.nextAcked(XdsType.ASSIGNMENTS))).containsExactly("rule-1");
    }
  }

  @Test
  void routeToANewClusterWaitsForItsAssignment() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {

      test.server().publish(fleet.withCluster("rule-1", SPARE).withRouteTo("rule-1").resources());

      node.nextAcked(XdsType.CLUSTERS);
      node.subscribe(XdsType.ASSIGNMENTS, "rule-1");
      node.nextAcked(XdsType.ASSIGNMENTS);
      node.nextAcked(XdsType.ROUTES);
    }
  }

  @Test
  void clusterGoesAwayAfterTheRouteToIt() {
    TestFleet fleet = TestFleet.small().withCluster("rule-1", SPARE);
    test.server().publish(fleet.withRouteTo("rule-1").resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0", "rule-1")) {

      test.server().publish(fleet.withoutCluster("rule-1").resources());

      node.nextAcked(XdsType.ROUTES);
      assertThat(node.nextAcked(XdsType.CLUSTERS).getRemovedResourcesList())
          .containsExactly("rule-1");
    }
  }

  @Test
  void reconnectingNodeThatHasEverythingIsSentNothing() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());
    try (FakeDeltaNode before = FakeDeltaNode.of(test.server(), "n1").converge("rule-0");
        FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n2")) {

      reconnect(node, before);

      test.eventually(
          "the second node has converged",
          () -> assertThat(test.status().nodes()).hasSize(2).allMatch(NodeStatus::converged));
      assertThat(node.unread()).isZero();
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(4);
    }
  }

  @Test
  void reconnectingNodeLosesWhatWentAwayMeanwhile() {
    TestFleet fleet = TestFleet.small().withCluster("rule-1", SPARE);
    test.server().publish(fleet.resources());
    try (FakeDeltaNode before = FakeDeltaNode.of(test.server(), "n1").converge("rule-0", "rule-1");
        FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n2")) {
      before.breakOff();
      test.server().publish(fleet.withoutCluster("rule-1").resources());

      reconnect(node, before);

      DeltaDiscoveryResponse response = node.next(XdsType.CLUSTERS);
      assertThat(response.getRemovedResourcesList()).containsExactly("rule-1");
      assertThat(response.getResourcesList()).isEmpty();
    }
  }

  @Test
  void slowNodeGetsTheNewestSnapshotAndNoneBetween() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {
      test.server().publish(fleet.withWeights(1, 99).resources());
      DeltaDiscoveryResponse unanswered = node.next(XdsType.ASSIGNMENTS);
      for (int weight = 2; weight <= 50; weight++) {
        test.server().publish(fleet.withWeights(weight, 99).resources());
      }

      node.ack(unanswered);

      node.nextAcked(XdsType.ASSIGNMENTS);
      test.eventually(
          "the node has the newest",
          () -> assertThat(test.status().nodes()).allMatch(NodeStatus::converged));
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(6);
    }
  }

  @Test
  void nodeThatSubscribesAgainIsSentAgain() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {

      node.unsubscribe(XdsType.ASSIGNMENTS, "rule-0");
      node.subscribe(XdsType.ASSIGNMENTS, "rule-0");

      assertThat(names(node.nextAcked(XdsType.ASSIGNMENTS))).containsExactly("rule-0");
    }
  }

  private static void reconnect(FakeDeltaNode node, FakeDeltaNode before) {
    node.subscribe(XdsType.CLUSTERS, List.of(), before.held(XdsType.CLUSTERS));
    for (XdsType type : List.of(XdsType.ASSIGNMENTS, XdsType.LISTENERS, XdsType.ROUTES)) {
      Map<String, String> held = before.held(type);
      node.subscribe(type, type.wildcard() ? List.of() : held.keySet(), held);
    }
  }

  private static List<String> names(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream().map(Resource::getName).toList();
  }
}
