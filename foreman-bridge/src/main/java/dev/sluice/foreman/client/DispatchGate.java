package dev.sluice.foreman.client;

import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.model.ServiceRef;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asked before work is dispatched. It watches the breach service and decides from memory, by the
 * same rules as the server.
 *
 * <p>While the breach service is away, the last state is answered from for {@link
 * GateConfig#trustFor()}; then, and before the first snapshot, everything is admitted (fail open),
 * which is counted, and logged when it begins and ends. {@code since} of a verdict is the server's
 * time: a clock that differs by some seconds shifts a recovery by as much.
 *
 * <ul>
 *   <li><i>Thread</i>: {@link #check} may be called from any and never blocks.
 *   <li><i>On failure</i>: fails open as said; reconnects with growing pauses for as long as it is
 *       open, and resumes where it was.
 *   <li><i>On shutdown</i>: closes the channel; answers go on from memory until it isn't trusted.
 * </ul>
 */
public final class DispatchGate implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DispatchGate.class);
  private static final Duration PING_AFTER = Duration.ofSeconds(10);
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(5);

  private final ManagedChannel channel;
  private final GateConfig config;
  private final InstantSource clock;
  private final GateMetrics metrics;
  private final WatchStream stream;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final AtomicBoolean failingOpen = new AtomicBoolean();
  // Written by the watch alone, whose messages come one at a time.
  private volatile GateMemory memory = GateMemory.EMPTY;

  private DispatchGate(
      ManagedChannel channel, GateConfig config, InstantSource clock, MeterRegistry registry) {
    this.channel = channel;
    this.config = config;
    this.clock = clock;
    this.metrics = new GateMetrics(registry);
    this.stream = new WatchStream(channel, config, () -> memory.revision(), this::heard);
  }

  /** Watches the breach service at {@code HOST:PORT}, without TLS and without metrics. */
  public static DispatchGate connect(String target, GateConfig config) {
    return connect(target, InsecureChannelCredentials.create(), config);
  }

  /**
   * Watches the breach service at {@code HOST:PORT} over TLS, without metrics.
   *
   * @param credentials with a certificate to show, if the service asks for one
   */
  public static DispatchGate connect(
      String target, ChannelCredentials credentials, GateConfig config) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(target, credentials)
            // A server that is gone without a word is noticed within 15 s.
            .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    return over(channel, config, InstantSource.system(), new CompositeMeterRegistry());
  }

  /** Watches over this channel, which the gate closes, and counts into this registry. */
  public static DispatchGate over(
      ManagedChannel channel, GateConfig config, InstantSource clock, MeterRegistry registry) {
    DispatchGate gate = new DispatchGate(channel, config, clock, registry);
    gate.stream.open();
    return gate;
  }

  /**
   * Waits for the first snapshot.
   *
   * @return whether it came in time; if not, everything is admitted until it does
   */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Decides whether work may be dispatched onto a service.
   *
   * @param priority higher goes first; 0 if the work has none
   */
  public GateDecision check(ServiceRef service, int priority) {
    GateDecision decision =
        memory.decide(
            service,
            priority,
            config.trustFor(),
            clock.instant(),
            ThreadLocalRandom.current().nextLong());
    metrics.count(decision);
    announce(decision);
    return decision;
  }

  private void heard(WatchResponse message) {
    memory = memory.after(message, clock.instant());
    if (memory.isReady()) {
      ready.countDown();
    }
  }

  private void announce(GateDecision decision) {
    switch (decision) {
      case GateDecision.FailedOpen open -> {
        if (failingOpen.compareAndSet(false, true)) {
          log.warn(
              "msg=fail-open-begins target={} words=\"{}\"", channel.authority(), open.message());
        }
      }
      case GateDecision.Decided _ -> {
        if (failingOpen.compareAndSet(true, false)) {
          log.info("msg=fail-open-ends target={}", channel.authority());
        }
      }
    }
  }

  @Override
  public void close() {
    stream.close();
    channel.shutdownNow();
  }
}
