package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.xds.load.LoadWindow;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.grpc.StatusException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadStreamTest {

  private final Fleets fleets =
      new Fleets(
          InstantSource.system(),
          new ServingReport(_ -> {}, new XdsMetrics(new SimpleMeterRegistry())));
  private final AtomicInteger accepted = new AtomicInteger();
  private final LoadStream stream =
      new LoadStream(
          fleets,
          InstantSource.system(),
          Optional.of(new AllowedFleets(Set.of("default/chat"))),
          LoadWindow.empty(Duration.ofMinutes(1)),
          accepted::incrementAndGet);

  private static LoadStatsRequest from(String cluster) {
    return LoadStatsRequest.newBuilder().setNode(Node.newBuilder().setCluster(cluster)).build();
  }

  @Test
  void nodeMayReportOfTheFleetThatItsCertificateNames() {
    assertThatCode(() -> stream.received(from("default/chat"))).doesNotThrowAnyException();

    assertThat(stream.fleet()).hasValue(TestFleet.CHAT);
    assertThat(accepted).hasValue(1);
  }

  @Test
  void nodeMayReportOfNoOther() {
    assertThatThrownBy(() -> stream.received(from("default/code")))
        .isInstanceOf(StatusException.class)
        .hasMessage(
            "PERMISSION_DENIED: node.cluster: \"default/code\""
                + " (expected: a fleet that the certificate names; it names default/chat)");

    assertThat(stream.fleet()).isEmpty();
    assertThat(accepted).hasValue(0);
  }
}
