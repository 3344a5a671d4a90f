package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.foreman.FakeFeed;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class BreachServerTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void portZeroPicksAFreeOne() throws IOException {
    try (BreachServer server = start(new FakeFeed(), 0)) {
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void aPortInUseIsAnIoExceptionThatLeavesNothingBehind() throws IOException {
    FakeFeed feed = new FakeFeed();
    try (BreachServer first = start(new FakeFeed(), 0)) {
      assertThatThrownBy(() -> start(feed, first.port())).isInstanceOf(IOException.class);
    }

    assertThat(feed.subscribers()).isZero();
  }

  private static BreachServer start(FakeFeed feed, int port) throws IOException {
    return BreachServer.start(
        BreachServerConfig.at(new InetSocketAddress(LOOPBACK, port)),
        feed,
        TargetResolver.none(),
        InstantSource.system(),
        new Decider(InstantSource.system(), () -> 42, new Meter()),
        new BreachMetrics(new SimpleMeterRegistry()));
  }
}
