package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.xds.serving.FleetStatus.Rejection;
import dev.sluice.xds.serving.ServingEvent.Nacked;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RejectionTest {

  private static final String WORDS = "weight: value must be greater than or equal to 1";

  private final TestFleet good =
      TestFleet.small().withCluster("rule-1", Map.of("c", new TestFleet.Backend(3, 1)));
  // Changes both clusters; only the second is to blame.
  private final TestFleet bad = good.withWeights(1, 99).withRejectedWeights("rule-1");

  @RegisterExtension private final TestServer test = new TestServer();

  private FakeDeltaNode converged(String id) {
    FakeDeltaNode node = FakeDeltaNode.of(test.server(), id).converge("rule-0", "rule-1");
    test.eventually(
        "the node has converged",
        () -> assertThat(test.status().nodes()).allMatch(NodeStatus::converged));
    return node;
  }

  @Test
  void rejectedPushIsTakenBackInFull() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      Map<String, String> before = Map.copyOf(node.held(XdsType.ASSIGNMENTS));

      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);

      // The good half may have been applied, so both come again as they were.
      assertThat(versions(node.nextAcked(XdsType.ASSIGNMENTS))).isEqualTo(before);
      test.eventually(
          "the push is counted", () -> assertThat(test.counted("sluice.xds.pushes")).isEqualTo(6));
    }
  }

  @Test
  void statusSaysEnvoysWordsAndWhatIsServedInstead() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);
      node.nextAcked(XdsType.ASSIGNMENTS);

      FleetStatus status = test.status();
      assertThat(status.wanted()).isEqualTo(bad.version());
      assertThat(status.served()).contains(good.version());
      Rejection rejection = status.rejection().orElseThrow();
      assertThat(rejection.version()).isEqualTo(bad.version());
      assertThat(rejection.type()).isEqualTo(XdsType.ASSIGNMENTS);
      assertThat(rejection.node()).isEqualTo("n1");
      assertThat(rejection.envoyWords()).isEqualTo(WORDS);
      assertThat(test.events())
          .contains(new Nacked(TestFleet.CHAT, "n1", XdsType.ASSIGNMENTS, bad.version(), WORDS));
      assertThat(test.counted("sluice.xds.nacks")).isEqualTo(1);
    }
  }

  @Test
  void rejectedContentPublishedAgainIsNotSentAgain() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);
      node.nextAcked(XdsType.ASSIGNMENTS);
      test.eventually(
          "the last good content is acknowledged",
          () -> assertThat(test.status().nodes()).allMatch(NodeStatus::converged));
      double before = test.counted("sluice.xds.pushes");

      test.server().publish(bad.resources());

      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(before);
      assertThat(test.status().rejection()).isPresent();
    }
  }

  @Test
  void nextGoodPushHeals() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);
      node.nextAcked(XdsType.ASSIGNMENTS);
      TestFleet better = good.withWeights(50, 50);

      test.server().publish(better.resources());
      node.nextAcked(XdsType.ASSIGNMENTS);

      test.eventually(
          "the fleet is healed",
          () -> {
            assertThat(test.status().rejection()).isEmpty();
            assertThat(test.status().served()).contains(better.version());
          });
    }
  }

  @Test
  void goingBackToTheOldContentHealsWithoutAPush() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);
      node.nextAcked(XdsType.ASSIGNMENTS);
      test.eventually(
          "the node has gone back",
          () -> assertThat(test.status().nodes()).allMatch(NodeStatus::converged));

      test.server().publish(good.resources());

      assertThat(test.status().rejection()).isEmpty();
      assertThat(node.unread()).isZero();
    }
  }

  @Test
  void contentThatWasRejectedLongAgoIsTriedAgain() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);
      node.nextAcked(XdsType.ASSIGNMENTS);
      test.server().publish(good.resources());

      test.server().publish(bad.resources());

      DeltaDiscoveryResponse again = node.next(XdsType.ASSIGNMENTS);
      node.nack(again, WORDS);
      node.nextAcked(XdsType.ASSIGNMENTS);
      assertThat(test.status().served()).contains(good.version());
    }
  }

  @Test
  void oneNodesRejectionTakesThePushBackFromAll() {
    test.server().publish(good.resources());
    try (FakeDeltaNode willing = converged("n1");
        FakeDeltaNode unwilling = converged("n2")) {
      test.server().publish(bad.resources());
      willing.nextAcked(XdsType.ASSIGNMENTS);
      test.eventually(
          "the willing node has it",
          () -> assertThat(test.status().acknowledged()).contains(bad.version()));

      unwilling.nack(unwilling.next(XdsType.ASSIGNMENTS), WORDS);

      assertThat(names(willing.nextAcked(XdsType.ASSIGNMENTS))).contains("rule-0", "rule-1");
      assertThat(test.status().served()).contains(good.version());
      assertThat(test.status().acknowledged()).contains(good.version());
    }
  }

  @Test
  void firstPushRejectedIsSentOnceAndNothingElseIsServed() {
    test.server().publish(bad.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1")) {
      node.subscribe(XdsType.CLUSTERS);

      node.nack(node.next(XdsType.CLUSTERS), WORDS);
      test.eventually(
          "the rejection is known", () -> assertThat(test.status().rejection()).isPresent());

      assertThat(test.status().served()).isEmpty();
      test.server().publish(good.resources());
      assertThat(names(node.nextAcked(XdsType.CLUSTERS))).contains("rule-0", "rule-1");
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(2);
    }
  }

  @Test
  void rejectionOfTheOldContentToo() {
    test.server().publish(good.resources());
    try (FakeDeltaNode node = converged("n1")) {
      test.server().publish(bad.resources());
      node.nack(node.next(XdsType.ASSIGNMENTS), WORDS);

      node.nack(node.next(XdsType.ASSIGNMENTS), "not that either");
      test.eventually(
          "both rejections are known",
          () -> assertThat(test.counted("sluice.xds.nacks")).isEqualTo(2));

      assertThat(test.status().rejection().orElseThrow().envoyWords()).isEqualTo(WORDS);
      test.server().publish(good.withWeights(2, 2).resources());
      node.nextAcked(XdsType.ASSIGNMENTS);
      assertThat(test.counted("sluice.xds.pushes")).isEqualTo(7);
    }
  }

  private static Map<String, String> versions(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream()
        .collect(Collectors.toMap(Resource::getName, Resource::getVersion));
  }

  private static Set<String> names(DeltaDiscoveryResponse response) {
    return versions(response).keySet();
  }
}
