package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictFeed.Subscription;
import dev.sluice.model.VerdictSnapshot;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The breach service with health and reflection, served over gRPC, with TLS if its config says so.
 *
 * <p>Health is {@code SERVING} from the first snapshot on; before, calls are answered with
 * UNAVAILABLE. A feed whose snapshot has revision 0 has published nothing yet.
 *
 * <ul>
 *   <li><i>Thread</i>: calls run on a few threads with a bounded queue; when it is full, the
 *       connection's own thread does the work, which slows down its callers and no others. Watches
 *       have one thread.
 *   <li><i>On failure</i>: see {@link BreachService} and {@link Watchers}; a client that is gone is
 *       noticed by keepalive within a minute.
 *   <li><i>On shutdown</i>: health turns to NOT_SERVING, watches are ended, calls under way get 5
 *       s.
 * </ul>
 */
public final class BreachServer implements AutoCloseable {

  private static final int THREADS = 4;
  private static final int QUEUE = 1_000;
  private static final int CALLS_PER_CONNECTION = 1_000;
  private static final Duration PING_AFTER = Duration.ofSeconds(30);
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLIENT_PINGS_EVERY = Duration.ofSeconds(5);
  // Over TLS a client shows its certificate again now and then; gRPC varies the age by a tenth.
  private static final Duration CONNECTION_AGE = Duration.ofHours(1);
  private static final Duration CONNECTION_GRACE = Duration.ofSeconds(10);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Server server;
  private final Watchers watchers;
  private final HealthStatusManager health;
  private final Subscription subscription;
  private final ExecutorService executor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private BreachServer(
      Server server,
      Watchers watchers,
      HealthStatusManager health,
      Subscription subscription,
      ExecutorService executor) {
    this.server = server;
    this.watchers = watchers;
    this.health = health;
    this.subscription = subscription;
    this.executor = executor;
  }

  /**
   * Starts to serve.
   *
   * @param decider gives the answers
   * @throws IOException if the address can't be bound
   */
  public static BreachServer start(
      BreachServerConfig config,
      VerdictFeed feed,
      TargetResolver resolver,
      InstantSource clock,
      Decider decider,
      BreachMetrics metrics)
      throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(config.address(), config.credentials())
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
            .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(CLIENT_PINGS_EVERY.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true);
    if (!(config.credentials() instanceof InsecureServerCredentials)) {
      builder
          .maxConnectionAge(CONNECTION_AGE.toSeconds(), TimeUnit.SECONDS)
          .maxConnectionAgeGrace(CONNECTION_GRACE.toSeconds(), TimeUnit.SECONDS);
    }
    return start(builder, config, feed, resolver, clock, decider, metrics);
  }

  /** The same over any transport. */
  static BreachServer start(
      ServerBuilder<?> builder,
      BreachServerConfig config,
      VerdictFeed feed,
      TargetResolver resolver,
      InstantSource clock,
      Decider decider,
      BreachMetrics metrics)
      throws IOException {
    Watchers watchers = new Watchers(feed, decider, clock, config, metrics);
    HealthStatusManager health = new HealthStatusManager();
    Subscription subscription = feed.subscribe(snapshot -> report(health, snapshot));
    report(health, feed.current());
    ExecutorService executor = executor();
    BreachService service =
        new BreachService(feed, new TargetReader(resolver), decider, watchers, metrics);
    Server server =
        builder
            .executor(executor)
            .addTransportFilter(Caller.ofConnections())
            .addService(
                ServerInterceptors.intercept(
                    service, new RpcErrorCounter(metrics), Caller.ofCalls()))
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build();
    BreachServer started = new BreachServer(server, watchers, health, subscription, executor);
    try {
      server.start();
    } catch (IOException notBound) {
      started.close();
      throw notBound;
    }
    return started;
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  static boolean isPublished(VerdictSnapshot snapshot) {
    return snapshot.revision() > 0;
  }

  private static void report(HealthStatusManager health, VerdictSnapshot snapshot) {
    ServingStatus status =
        isPublished(snapshot) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(BreachServiceGrpc.SERVICE_NAME, status);
  }

  private static ExecutorService executor() {
    return new ThreadPoolExecutor(
        THREADS,
        THREADS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(QUEUE),
        Thread.ofPlatform().name("sluice-breach-", 0).daemon().factory(),
        new ThreadPoolExecutor.CallerRunsPolicy());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    subscription.close();
    health.enterTerminalState();
    // No new watch may begin while the open ones are ended.
    server.shutdown();
    watchers.close();
    try {
      if (!server.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
    executor.shutdown();
  }
}
