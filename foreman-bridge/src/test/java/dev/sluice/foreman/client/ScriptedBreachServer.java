package dev.sluice.foreman.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.foreman.FakeFeed;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.foreman.rpc.BreachMetrics;
import dev.sluice.foreman.rpc.BreachServer;
import dev.sluice.foreman.rpc.BreachServerConfig;
import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.Verdict;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A breach service that a test in another process plays with: {@code POST /breached}, {@code
 * /at-risk}, {@code /within-budget}, {@code /forgotten}, {@code /stop} and {@code /start} on its
 * control address are done when they are answered. A second one, over TLS with client certificates,
 * says the same and never stops.
 *
 * <p><i>Thread</i>: orders are carried out one by one, on a thread of the HTTP server.
 */
final class ScriptedBreachServer implements AutoCloseable {

  private static final Duration HEARTBEAT = Duration.ofMillis(100);
  private static final Duration SLOW_WATCHER = Duration.ofSeconds(30);

  private final FakeFeed feed = new FakeFeed();
  private final InetSocketAddress address = loopback(FreePorts.pick());
  private final HttpServer control;
  private final BreachServer guarded;
  private BreachServer server;

  private ScriptedBreachServer(ServerCredentials tls) throws IOException {
    control = HttpServer.create(loopback(0), 0);
    guarded = serve(new BreachServerConfig(loopback(0), HEARTBEAT, SLOW_WATCHER, tls));
    server = serve();
  }

  /**
   * Starts both.
   *
   * @param certificates a folder that gets ca.crt, tls.crt and tls.key, good for either side
   */
  static ScriptedBreachServer start(Path certificates) throws IOException {
    CertificateAuthority authority = CertificateAuthority.create(certificates);
    authority.writeTo(certificates);
    authority.issue("ip:127.0.0.1").writeTo(certificates);
    ServerCredentials tls =
        TlsServerCredentials.newBuilder()
            .keyManager(
                certificates.resolve("tls.crt").toFile(), certificates.resolve("tls.key").toFile())
            .trustManager(certificates.resolve("ca.crt").toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    ScriptedBreachServer started = new ScriptedBreachServer(tls);
    started.control.createContext("/", started::carryOut);
    started.control.start();
    return started;
  }

  String address() {
    return text(address);
  }

  String guardedAddress() {
    return text(loopback(guarded.port()));
  }

  String control() {
    return text(control.getAddress());
  }

  private void carryOut(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean known = carryOut(exchange.getRequestURI().getPath());
      exchange.sendResponseHeaders(known ? 204 : 404, -1);
    }
  }

  private boolean carryOut(String order) throws IOException {
    switch (order) {
      case "/breached" -> publish(Sample.breached());
      case "/at-risk" -> publish(Sample.atRisk(3));
      case "/within-budget" -> publish(Sample.withinBudget());
      case "/forgotten" -> feed.publish();
      case "/stop" -> server.close();
      case "/start" -> {
        server.close();
        server = serve();
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void publish(Verdict verdict) {
    feed.publish(Sample.of(Sample.QWEN, verdict));
  }

  private BreachServer serve() throws IOException {
    return serve(new BreachServerConfig(address, HEARTBEAT, SLOW_WATCHER));
  }

  private BreachServer serve(BreachServerConfig config) throws IOException {
    return BreachServer.start(
        config,
        feed,
        TargetResolver.none(),
        InstantSource.system(),
        new Decider(
            InstantSource.system(), () -> ThreadLocalRandom.current().nextLong(), new Meter()),
        new BreachMetrics(new SimpleMeterRegistry()));
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  @Override
  public void close() {
    control.stop(0);
    server.close();
    guarded.close();
  }
}
