package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.xds.serving.NodeStatus.TypeStatus;
import dev.sluice.xds.serving.ServingEvent.Acked;
import dev.sluice.xds.serving.ServingEvent.Connected;
import dev.sluice.xds.serving.ServingEvent.Disconnected;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class XdsServerTest {

  private static final String CHAT = TestFleet.CHAT.toString();

  @RegisterExtension private final TestServer test = new TestServer();

  private FakeDeltaNode node(String id, String cluster) {
    return new FakeDeltaNode(test.server().port(), id, cluster);
  }

  @Test
  void unpublishedFleetWaitsAndIsServedOncePublished() {
    try (FakeDeltaNode node = node("n1", CHAT)) {
      node.subscribe(XdsType.CLUSTERS);
      test.eventually("the node waits", () -> assertThat(test.server().waiting()).hasSize(1));
      assertThat(test.server().status()).isEmpty();
      assertThat(node.unread()).isZero();

      test.server().publish(TestFleet.small().resources());

      node.nextAcked(XdsType.CLUSTERS);
      assertThat(test.server().waiting()).isEmpty();
    }
  }

  @Test
  void nodeOfNoFleetIsCountedAndLeftAlone() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode stray = node("stray", "Not A Router");
        FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1")) {
      stray.subscribe(XdsType.CLUSTERS);
      node.subscribe(XdsType.CLUSTERS);
      node.nextAcked(XdsType.CLUSTERS);

      test.eventually(
          "the stray waits",
          () ->
              assertThat(test.server().waiting())
                  .singleElement()
                  .extracting(NodeStatus::nodeId, NodeStatus::cluster)
                  .containsExactly("stray", "Not A Router"));
      assertThat(test.meters().get("sluice.xds.nodes.waiting").gauge().value()).isEqualTo(1);
      assertThat(stray.unread()).isZero();
    }
  }

  @Test
  void statusAndEventsFollowANode() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1")) {
      node.subscribe(XdsType.CLUSTERS);
      DeltaDiscoveryResponse response = node.next(XdsType.CLUSTERS);
      TypeStatus sent = typeStatus();
      node.ack(response);

      assertThat(sent.sentVersion()).contains(fleet.version());
      assertThat(sent.ackedVersion()).isEmpty();
      test.eventually(
          "the acknowledgement is known",
          () -> assertThat(typeStatus().ackedVersion()).contains(fleet.version()));
      assertThat(test.events()).contains(new Connected(TestFleet.CHAT, "n1"));
      assertThat(test.events())
          .filteredOn(Acked.class::isInstance)
          .singleElement()
          .satisfies(event -> assertThat(((Acked) event).version()).isEqualTo(fleet.version()));
      assertThat(test.meters().get("sluice.xds.ack").timer().count()).isEqualTo(1);
    }
  }

  private TypeStatus typeStatus() {
    NodeStatus node = test.status().nodes().getFirst();
    assertThat(node.types()).containsKey(XdsType.CLUSTERS);
    return node.types().entrySet().iterator().next().getValue();
  }

  @Test
  void brokenAndCompletedStreamsLeaveNothingBehind() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode broken = FakeDeltaNode.of(test.server(), "broken").converge("rule-0");
        FakeDeltaNode done = FakeDeltaNode.of(test.server(), "done").converge("rule-0")) {
      assertThat(test.meters().get("sluice.xds.nodes").gauge().value()).isEqualTo(2);

      broken.breakOff();
      done.complete();

      test.eventually("both are gone", () -> assertThat(test.status().nodes()).isEmpty());
      assertThat(done.end()).isEmpty();
      assertThat(test.meters().get("sluice.xds.nodes").gauge().value()).isZero();
      assertThat(test.events())
          .contains(
              new Disconnected(TestFleet.CHAT, "broken"), new Disconnected(TestFleet.CHAT, "done"));
    }
  }

  @Test
  void requestWithoutATypeEndsTheStreamAndLeavesNothingBehind() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {

      node.send(DeltaDiscoveryRequest.getDefaultInstance());

      assertThat(node.end()).isPresent();
      test.eventually("the node is gone", () -> assertThat(test.status().nodes()).isEmpty());
    }
  }

  @Test
  void answerToAResponseThatWasNeverSentEndsTheStream() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {

      node.send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(XdsType.CLUSTERS.typeUrl())
              .setResponseNonce("4711")
              .build());

      Status status = Status.fromThrowable(node.end().orElseThrow());
      assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(status.getDescription())
          .isEqualTo("response_nonce: \"4711\" (expected: that of an unanswered response)");
    }
  }

  @Test
  void typeThatIsNotServedIsNotAnswered() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1")) {
      node.send(
          DeltaDiscoveryRequest.newBuilder()
              .setNode(node.node())
              .setTypeUrl("type.googleapis.com/envoy.service.runtime.v3.Runtime")
              .build());

      node.subscribe(XdsType.CLUSTERS);

      node.nextAcked(XdsType.CLUSTERS);
      assertThat(test.status().nodes().getFirst().types().keySet())
          .containsExactly(XdsType.CLUSTERS);
    }
  }

  @Test
  void removedFleetKeepsItsNodesAndCanComeBack() {
    TestFleet fleet = TestFleet.small();
    test.server().publish(fleet.resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {
      test.eventually(
          "every answer is counted",
          () ->
              assertThat(test.meters().get("sluice.xds.ack").timers())
                  .extracting(timer -> timer.count())
                  .hasSize(4)
                  .containsOnly(1L));
      test.server().remove(TestFleet.CHAT);

      assertThat(test.server().status()).isEmpty();
      assertThat(test.server().waiting()).hasSize(1);
      assertThat(fleetMeters()).isZero();

      test.server().publish(fleet.withWeights(1, 1).resources());
      node.nextAcked(XdsType.ASSIGNMENTS);
    }
  }

  private long fleetMeters() {
    return test.meters().getMeters().stream()
        .map(Meter::getId)
        .filter(id -> CHAT.equals(id.getTag("fleet")))
        .count();
  }

  @Test
  void closedServerEndsItsStreams() {
    test.server().publish(TestFleet.small().resources());
    try (FakeDeltaNode node = FakeDeltaNode.of(test.server(), "n1").converge("rule-0")) {

      test.server().close();

      assertThat(node.end()).isPresent();
    }
  }

  @Test
  void portInUseIsSaid() {
    XdsSettings taken = XdsSettings.loopback(test.server().port());
    XdsMetrics metrics = new XdsMetrics(new SimpleMeterRegistry());

    assertThatThrownBy(() -> XdsServer.start(taken, _ -> {}, InstantSource.system(), metrics))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "xDS address 127.0.0.1:%d: can't be listened on (expected: a free port of this machine)"
                .formatted(taken.port()));
  }

  @Test
  void badSettingsAreSaid() {
    assertThatThrownBy(() -> new XdsSettings("127.0.0.1", 70_000))
        .hasMessage("xDS port: 70000 (expected: 0 to 65535)");
    assertThatThrownBy(() -> new XdsSettings(" ", 1))
        .hasMessage("xDS host: \"\" (expected: an address to listen on)");
  }
}
