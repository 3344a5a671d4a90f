package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.resources.FleetResources;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves fleets their Envoy resources over ADS, delta and state of the world, on gRPC.
 *
 * <p>A node belongs to the fleet that its {@code node.cluster} names, {@code NAMESPACE/ROUTER}.
 * While nothing is published for it, its stream stays open and unanswered, so an Envoy keeps what
 * it has: that is how a restarted process leaves shares alone until it knows better. A node that
 * has the published content already, also from before a restart, is sent nothing.
 *
 * <p>Over TLS a node gets the fleets that its certificate names ({@link AllowedFleets}) and no
 * others. There are at most {@link XdsSettings#maxStreams} streams, and a stream keeps at most one
 * unanswered response of each type, whatever is published meanwhile.
 *
 * <p>Nodes report here what they served of it ({@link #served}), by Envoy's Load Reporting Service.
 * Their reports are streams of their own, bounded alike; who reports of a fleet is who may fetch
 * it.
 *
 * <p>A snapshot that a node rejects is taken back from the whole fleet; see {@link FleetStatus} for
 * what is reported, and {@link Fleet} for the rule.
 *
 * <p><em>Thread:</em> any; calls return without waiting for a node. <em>On failure:</em> an address
 * that can't be bound throws {@link UncheckedIOException}; a node's trouble ends its stream only.
 * <em>On shutdown:</em> {@link #close()} tells nodes to open no new streams here, gives them two
 * seconds to answer what they were sent, then ends the streams one after the other, a hundred in a
 * second, or faster so that all are ended within ten; Envoys keep what they have.
 */
public final class XdsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(XdsServer.class);

  // A dead peer is noticed within 40 s. Envoys behind a NAT may ping more often than gRPC's
  // default of one in 5 minutes allows.
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FASTEST_CLIENT_PING = Duration.ofSeconds(5);
  // Over TLS a node shows its certificate again now and then: the one it connected with expires,
  // or its authority isn't trusted any more. gRPC varies it by a tenth, and Envoy comes back with
  // the versions it has.
  private static final Duration CONNECTION_AGE = Duration.ofHours(1);
  private static final Duration CONNECTION_GRACE = Duration.ofSeconds(10);
  private static final Duration DRAIN_BOUND = Duration.ofSeconds(2);
  private static final Duration END_BOUND = Duration.ofSeconds(10);
  private static final Duration STOP_BOUND = Duration.ofSeconds(5);
  private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final Fleets fleets;
  private final StreamGate gate;
  private final LoadService load;
  private final ExecutorService executor;
  private final Server server;

  private XdsServer(XdsSettings settings, Fleets fleets, InstantSource clock, XdsMetrics metrics) {
    this.fleets = fleets;
    this.gate = gate(settings, metrics);
    this.load = new LoadService(fleets, clock, settings.reportEvery());
    this.executor =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("xds-grpc-", 0).daemon().factory());
    this.server =
        builder(settings)
            .executor(executor)
            .addService(ServerInterceptors.intercept(new AdsService(fleets, clock), gate))
            // A gate of its own: reports take no node's place.
            .addService(ServerInterceptors.intercept(load, gate(settings, metrics)))
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(FASTEST_CLIENT_PING.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .build();
    metrics.observe(fleets, gate);
  }

  private static StreamGate gate(XdsSettings settings, XdsMetrics metrics) {
    return new StreamGate(settings.maxStreams(), settings.credentials().isPresent(), metrics);
  }

  private static NettyServerBuilder builder(XdsSettings settings) {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    return settings
        .credentials()
        .map(
            tls ->
                NettyServerBuilder.forAddress(address, tls)
                    .maxConnectionAge(CONNECTION_AGE.toSeconds(), TimeUnit.SECONDS)
                    .maxConnectionAgeGrace(CONNECTION_GRACE.toSeconds(), TimeUnit.SECONDS))
        .orElseGet(
            () -> NettyServerBuilder.forAddress(address, InsecureServerCredentials.create()));
  }

  /** Starts listening. */
  public static XdsServer start(
      XdsSettings settings, ServingListener listener, InstantSource clock, XdsMetrics metrics) {
    Fleets fleets = new Fleets(clock, new ServingReport(listener, metrics));
    XdsServer xds = new XdsServer(settings, fleets, clock, metrics);
    try {
      xds.server.start();
    } catch (IOException e) {
      xds.executor.shutdownNow();
      throw new UncheckedIOException(
          "xDS address %s:%d: can't be listened on (expected: a free port of this machine)"
              .formatted(settings.host(), settings.port()),
          e);
    }
    log.info("xds server listening host={} port={}", settings.host(), xds.port());
    return xds;
  }

  /**
   * Gives a fleet its resources. Content equal to what was published last is a no-op, also if it
   * was rejected.
   */
  public void publish(FleetResources resources) {
    fleets.publish(FleetSnapshot.of(resources));
  }

  /** Forgets a fleet. Its connected nodes keep what they have. */
  public void remove(RouterRef fleet) {
    fleets.remove(fleet);
  }

  /** The published fleets, by name. */
  public List<FleetStatus> status() {
    return fleets.status();
  }

  /** Connected nodes whose fleet has not been published: unknown, or without evidence yet. */
  public List<NodeStatus> waiting() {
    return fleets.waiting();
  }

  /** What the connected nodes served in the last minute, as far as they have reported it. */
  public ServedLoad served() {
    return load.served();
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      drain();
      gate.endAll(END_BOUND);
      server.shutdownNow();
      if (!server.awaitTermination(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("xds streams did not end in time bound={}", STOP_BOUND);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
  }

  private void drain() throws InterruptedException {
    long deadline = System.nanoTime() + DRAIN_BOUND.toNanos();
    while (fleets.awaitAnswers() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
