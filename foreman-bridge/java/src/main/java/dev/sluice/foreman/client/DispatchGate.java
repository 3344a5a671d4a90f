package dev.sluice.foreman.client;

import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.model.ServiceRef;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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
 * which the listener is told, and which is logged when it begins and ends. {@code since} of a
 * verdict is the server's time: a clock that differs by some seconds shifts a recovery by as much.
 *
 * <ul>
 *   <li><i>Thread</i>: {@link #check} may be called from any; it takes no lock but for a service
 *       that recovers under a policy that meters.
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
  private final GateListener listener;
  private final WatchStream stream;
  private final Meter meter = new Meter();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final AtomicBoolean failingOpen = new AtomicBoolean();
  // Written by the watch alone, whose messages come one at a time.
  private volatile GateMemory memory = GateMemory.EMPTY;

  private DispatchGate(
      ManagedChannel channel, GateConfig config, InstantSource clock, GateListener listener) {
    this.channel = channel;
    this.config = config;
    this.clock = clock;
    this.listener = listener;
    this.stream = new WatchStream(channel, config, () -> memory.revision(), new Hearing());
  }

  /** Watches the breach service at {@code HOST:PORT}, without TLS and counting nothing. */
  public static DispatchGate connect(String target, GateConfig config) {
    return connect(target, InsecureChannelCredentials.create(), config, GateListener.NONE);
  }

  /**
   * Watches the breach service at {@code HOST:PORT}.
   *
   * @param credentials for TLS, with a certificate to show if the service asks for one
   * @param listener {@link GateMetrics} for example
   */
  public static DispatchGate connect(
      String target, ChannelCredentials credentials, GateConfig config, GateListener listener) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(target, credentials)
            // A server that is gone without a word is noticed within 15 s.
            .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    return over(channel, config, InstantSource.system(), listener);
  }

  /** Watches over this channel, which the gate closes. */
  public static DispatchGate over(
      ManagedChannel channel, GateConfig config, InstantSource clock, GateListener listener) {
    DispatchGate gate = new DispatchGate(channel, config, clock, listener);
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
   * Decides whether work without a name may be dispatched onto a service.
   *
   * @param priority higher goes first; 0 if the work has none
   */
  public GateDecision check(ServiceRef service, int priority) {
    return check(service, priority, Optional.empty());
  }

  /**
   * Decides whether work may be dispatched onto a service.
   *
   * @param priority higher goes first; 0 if the work has none
   * @param task names it, such as {@code NAMESPACE/NAME}: asked about again within one step of a
   *     recovery, it is counted once
   */
  public GateDecision check(ServiceRef service, int priority, String task) {
    return check(service, priority, Optional.of(task));
  }

  private GateDecision check(ServiceRef service, int priority, Optional<String> task) {
    Instant now = clock.instant();
    long seed = ThreadLocalRandom.current().nextLong();
    GateDecision decision =
        memory.decide(
            service,
            config.trustFor(),
            now,
            standing -> meter.decide(standing, priority, task, now, seed));
    listener.decided(decision);
    announce(decision);
    return decision;
  }

  private void announce(GateDecision decision) {
    boolean failsOpen = decision instanceof GateDecision.FailedOpen;
    // Read first: a swap that changes nothing would still slow down every other thread that asks.
    if (failingOpen.get() == failsOpen || !failingOpen.compareAndSet(!failsOpen, failsOpen)) {
      return;
    }
    if (failsOpen) {
      log.warn(
          "msg=fail-open-begins target={} words=\"{}\"", channel.authority(), decision.message());
    } else {
      log.info("msg=fail-open-ends target={}", channel.authority());
    }
  }

  @Override
  public void close() {
    stream.close();
    channel.shutdownNow();
  }

  private final class Hearing implements WatchStream.Listener {
    @Override
    public void heard(WatchResponse message) {
      memory = memory.after(message, clock.instant());
      memory.heardAt().ifPresent(listener::heard);
      if (memory.isReady()) {
        ready.countDown();
      }
    }

    @Override
    public void ended(Status status) {
      listener.watchEnded(status);
    }
  }
}
