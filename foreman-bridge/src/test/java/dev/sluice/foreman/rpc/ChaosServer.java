package dev.sluice.foreman.rpc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.foreman.FakeFeed;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * A breach service in a process of its own, started by {@link BreachProcess}. Its control address
 * takes {@code /breached} and {@code /one-breached}, with words that are new each time, and answers
 * with the revision that says so; {@code /heap} and {@code /watchers} it answers with what is.
 *
 * <p>As in Sluice, revisions start from the wall clock, so that they grow over a restart.
 *
 * <p><i>Thread</i>: orders are carried out one by one, on a thread of the HTTP server.
 */
final class ChaosServer {

  private final FakeFeed feed = new FakeFeed();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final int services;
  private long revision = System.currentTimeMillis();

  private ChaosServer(int services) {
    this.services = services;
  }

  /**
   * Takes the port, the control port, the heartbeat, the bound for slow watchers, and how many
   * services.
   */
  public static void main(String[] arguments) throws IOException {
    new ChaosServer(Integer.parseInt(arguments[4]))
        .serve(
            new BreachServerConfig(
                loopback(arguments[0]), Duration.parse(arguments[2]), Duration.parse(arguments[3])),
            loopback(arguments[1]));
  }

  private void serve(BreachServerConfig config, InetSocketAddress address) throws IOException {
    publish(0);
    BreachServer server =
        BreachServer.start(
            config,
            feed,
            TargetResolver.none(),
            InstantSource.system(),
            new Decider(
                InstantSource.system(), () -> ThreadLocalRandom.current().nextLong(), new Meter()),
            new BreachMetrics(registry));
    HttpServer control = HttpServer.create(address, 0);
    control.createContext("/", this::answer);
    control.start();
    System.out.println("serves at " + server.port());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] answer = carryOut(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private String carryOut(String order) {
    return switch (order) {
      case "/breached" -> publish(services);
      case "/one-breached" -> publish(1);
      case "/watchers" -> "%.0f".formatted(registry.get("sluice.breach.watchers").gauge().value());
      case "/heap" -> String.valueOf(heap());
      default -> throw new IllegalArgumentException(order);
    };
  }

  private String publish(int breached) {
    revision++;
    Verdict verdict = Sample.breached((double) revision);
    feed.publish(
        Sample.snapshot(
            revision,
            IntStream.range(0, services)
                .mapToObj(
                    index ->
                        Sample.of(
                            service(index), index < breached ? verdict : Sample.withinBudget()))
                .toArray(ServiceVerdict[]::new)));
    return String.valueOf(revision);
  }

  static ServiceRef service(int index) {
    return new ServiceRef("default", "model-" + index);
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static InetSocketAddress loopback(String port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }
}
