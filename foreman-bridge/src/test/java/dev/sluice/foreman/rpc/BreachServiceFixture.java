package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.foreman.FakeClock;
import dev.sluice.foreman.FakeFeed;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.Target;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.lab.verdict.Sample;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A running breach service, the feed and clock it reads, and a channel to it. */
final class BreachServiceFixture implements AutoCloseable {

  static final Duration SLOW = Duration.ofSeconds(30);

  /** The one Agent that is known; it uses {@link Sample#LLAMA}. */
  static final ObjectReference AGENT =
      ObjectReference.newBuilder().setNamespace("team-b").setName("coder").build();

  final FakeFeed feed = new FakeFeed();
  final FakeClock clock = new FakeClock(Sample.SINCE.plusSeconds(7));
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final BreachServer server;
  final ManagedChannel channel;

  BreachServiceFixture(Transport transport, Duration heartbeat) throws IOException {
    InetSocketAddress unused = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        BreachServer.start(
            transport.serverBuilder(),
            new BreachServerConfig(unused, heartbeat, SLOW),
            feed,
            oneAgent(),
            clock,
            new Decider(clock, () -> 42, new Meter()),
            new BreachMetrics(registry));
    channel = transport.connect(server);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }

  private static TargetResolver oneAgent() {
    return new TargetResolver() {
      @Override
      public Target agent(String namespace, String name) {
        return namespace.equals(AGENT.getNamespace()) && name.equals(AGENT.getName())
            ? Target.service(Sample.LLAMA)
            : TargetResolver.unknown("Agent", namespace, name);
      }

      @Override
      public Work agenticTask(String namespace, String name) {
        return TargetResolver.none().agenticTask(namespace, name);
      }
    };
  }
}
