package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.lab.Await;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamGateTest {

  private static final int LIMIT = 3;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<FakeDeltaNode> nodes = new ArrayList<>();
  private final XdsServer server =
      XdsServer.start(
          XdsSettings.loopback(0).withMaxStreams(LIMIT),
          _ -> {},
          InstantSource.system(),
          new XdsMetrics(meters));

  @AfterEach
  void closeAll() {
    nodes.forEach(FakeDeltaNode::close);
    server.close();
  }

  private FakeDeltaNode served() {
    FakeDeltaNode node = connect();
    node.nextAcked(XdsType.CLUSTERS);
    return node;
  }

  private FakeDeltaNode connect() {
    FakeDeltaNode node = FakeDeltaNode.of(server, "n" + nodes.size());
    nodes.add(node);
    node.subscribe(XdsType.CLUSTERS);
    return node;
  }

  private double streams() {
    return meters.get("sluice.xds.streams").gauge().value();
  }

  private double refusals() {
    return meters.get("sluice.xds.refusals").tag("reason", "limit").counter().count();
  }

  @Test
  void streamBeyondTheLimitIsRefusedAndTheOthersStay() {
    server.publish(TestFleet.small().resources());
    for (int i = 0; i < LIMIT; i++) {
      served();
    }

    Status refused = Status.fromThrowable(connect().end().orElseThrow());

    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription())
        .isEqualTo("streams: this server has 3 open (expected: fewer than --max-streams)");
    assertThat(refusals()).isEqualTo(1);
    assertThat(streams()).isEqualTo(LIMIT);
    server.publish(TestFleet.small().withMaxConnections("rule-0", 7).resources());
    nodes.subList(0, LIMIT).forEach(node -> node.nextAcked(XdsType.CLUSTERS));
  }

  @Test
  void reportsHaveTheSameLimitForThemselves() {
    List<FakeReporter> reporters = new ArrayList<>();
    try {
      for (int i = 0; i < LIMIT; i++) {
        reporters.add(FakeReporter.of(server, "n" + i));
        reporters.getLast().introduce();
        assertThat(reporters.getLast().next().getSendAllClusters()).isTrue();
      }
      reporters.add(FakeReporter.of(server, "one too many"));
      reporters.getLast().introduce();
      Status refused = Status.fromThrowable(reporters.getLast().end().orElseThrow());

      assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refusals()).isEqualTo(1);
      assertThat(streams()).isZero();
      server.publish(TestFleet.small().resources());
      served();
    } finally {
      reporters.forEach(FakeReporter::close);
    }
  }

  @Test
  void placeOfAStreamThatEndedIsFreeAgain() {
    server.publish(TestFleet.small().resources());
    for (int i = 0; i < LIMIT; i++) {
      served();
    }

    nodes.get(0).breakOff();
    nodes.get(1).complete();

    Await.untilAsserted(
        Duration.ofSeconds(10), "two places are free", () -> assertThat(streams()).isEqualTo(1));
    served();
    served();
    assertThat(refusals()).isZero();
  }

  @Test
  void stoppedServerTellsEveryNodeToAskAnother() {
    server.publish(TestFleet.small().resources());
    for (int i = 0; i < LIMIT; i++) {
      served();
    }

    server.close();

    for (FakeDeltaNode node : nodes) {
      Status end = Status.fromThrowable(node.end().orElseThrow());
      assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(end.getDescription()).isEqualTo("this server stops; another may be asked");
    }
    assertThat(streams()).isZero();
  }

  @Test
  void nodeThatReadsNothingIsSentOneResponseAndThenTheNewest() throws Exception {
    TestFleet fleet = TestFleet.small();
    server.publish(fleet.resources());
    try (DeafNode deaf = new DeafNode(server.port())) {
      deaf.subscribe(XdsType.CLUSTERS);
      Await.untilAsserted(
          Duration.ofSeconds(10), "it is sent one", () -> assertThat(pushes()).isEqualTo(1));

      for (int i = 1; i <= 1_000; i++) {
        server.publish(fleet.withMaxConnections("rule-0", i).resources());
      }

      assertThat(pushes()).isEqualTo(1);
      assertThat(deaf.readAndAck().getSystemVersionInfo()).isNotEmpty();
      assertThat(maxConnections(deaf.readAndAck())).isEqualTo(1_000);
      // Counted once it is sent, which the node may see first.
      Await.untilAsserted(
          Duration.ofSeconds(10), "both are counted", () -> assertThat(pushes()).isEqualTo(2));
    }
  }

  private static int maxConnections(DeltaDiscoveryResponse response)
      throws InvalidProtocolBufferException {
    Cluster cluster = response.getResources(0).getResource().unpack(Cluster.class);
    return cluster.getCircuitBreakers().getThresholds(0).getMaxConnections().getValue();
  }

  private double pushes() {
    return meters.find("sluice.xds.pushes").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
