package dev.sluice.xds.serving;

import dev.sluice.lab.Await;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.resources.ResourceCompiler;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSettings;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.serving.TypeStream.Protocol;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A real Envoy that is served by us, with backends {@code a} and {@code b} behind it. The server
 * can be stopped and started again on its port.
 */
final class LiveFleet implements AutoCloseable {

  static final RouterRef CHAT = new RouterRef("default", "chat");
  static final Duration SOON = Duration.ofSeconds(30);

  private static final String MODEL = "tiny";
  private static final Behaviour QUICK =
      Behaviour.healthy()
          .withTtft(Duration.ofMillis(1))
          .withOutputTokens(1)
          .withTimePerOutputToken(Duration.ofMillis(1));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final int xdsPort = FreePorts.pick();
  private final int listenPort = FreePorts.pick();
  private final FakeLlm a = FakeLlm.start("a", LlmRuntime.VLLM, MODEL, QUICK);
  private final FakeLlm b = FakeLlm.start("b", LlmRuntime.VLLM, MODEL, QUICK);
  private final HttpClient client = HttpClient.newHttpClient();
  private final EnvoyProcess envoy;
  private XdsServer server;

  private LiveFleet(Path folder, Protocol protocol) {
    server = newServer();
    int admin = FreePorts.pick();
    String bootstrap =
        BootstrapWriter.yaml(
            CHAT, "envoy-1", new HostPort("127.0.0.1", xdsPort), new HostPort("127.0.0.1", admin));
    envoy = EnvoyProcess.start(folder, speaking(protocol, bootstrap), admin);
  }

  static LiveFleet start(Path folder) {
    return start(folder, Protocol.DELTA);
  }

  static LiveFleet start(Path folder, Protocol protocol) {
    return new LiveFleet(folder, protocol);
  }

  private static String speaking(Protocol protocol, String bootstrap) {
    return switch (protocol) {
      case DELTA -> bootstrap;
      case STATE_OF_THE_WORLD -> bootstrap.replace("api_type: DELTA_GRPC", "api_type: GRPC");
    };
  }

  XdsServer server() {
    return server;
  }

  EnvoyProcess envoy() {
    return envoy;
  }

  FleetStatus status() {
    return server.status().getFirst();
  }

  double counted(String meter) {
    return meters.get(meter).counters().stream().mapToDouble(counter -> counter.count()).sum();
  }

  /** Resources of this type that were sent to Envoy, by all of our servers so far. */
  double resourcesSent(XdsType type) {
    return meters.find("sluice.xds.pushed.resources").tag("type", type.label()).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  void publish(int weightOfA) {
    server.publish(resources(weightOfA));
  }

  FleetResources resources(int weightOfA) {
    return resources(weightOfA, List.of("chat"));
  }

  /** Rules that all match everything: the first by name gets the traffic. */
  FleetResources resources(int weightOfA, List<String> rules) {
    Map<String, RuleShares> shares = new TreeMap<>();
    rules.forEach(rule -> shares.put(rule, shares(weightOfA)));
    RouterSpec router =
        new RouterSpec(
            CHAT,
            new RouterSpec.Listen("127.0.0.1", listenPort),
            List.of(backend("a"), backend("b")),
            shares.keySet().stream().map(LiveFleet::rule).toList(),
            Optional.empty(),
            RouterSpec.DefaultStrategy.STATIC,
            RouterSpec.RouteGuards.DEFAULT,
            RouterSettings.DEFAULT);
    Topology topology =
        Topology.of(
            Map.of(
                service("a"), List.of(endpoint(a)),
                service("b"), List.of(endpoint(b))));
    VerdictSnapshot verdicts = VerdictSnapshot.of(1, Instant.EPOCH, List.of());
    return ResourceCompiler.compile(router, topology, RouterShares.of(shares), verdicts);
  }

  /** Stops our server, as a crash would as far as Envoy can tell. */
  void stopServer() {
    server.close();
  }

  void startServer() {
    server = newServer();
  }

  /** One request; the name of the backend that answered. */
  String ask() {
    return asking().join();
  }

  /** One request under way; completes with the name of the backend, fails unless it is a 200. */
  CompletableFuture<String> asking() {
    return client.sendAsync(request(), BodyHandlers.ofString()).thenApply(LiveFleet::servedBy);
  }

  private static String servedBy(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException("status " + response.statusCode());
    }
    return response.headers().firstValue("x-served-by").orElseThrow();
  }

  /** Requests that have reached a backend. */
  long arrivals(String backend) {
    return (backend.equals("a") ? a : b).requests("/v1/chat/completions");
  }

  /** Waits until requests are answered, and ten in a row by this backend. */
  void awaitTrafficTo(String backend) {
    Await.until(
        SOON,
        "ten answers in a row by " + backend,
        () -> {
          for (int i = 0; i < 10; i++) {
            if (!ask().equals(backend)) {
              return false;
            }
          }
          return true;
        });
  }

  String url() {
    return "http://127.0.0.1:" + listenPort + "/v1/chat/completions";
  }

  String model() {
    return MODEL;
  }

  private HttpRequest request() {
    return HttpRequest.newBuilder(URI.create(url()))
        .timeout(Duration.ofSeconds(10))
        .header("content-type", "application/json")
        .POST(
            BodyPublishers.ofString(
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
        .build();
  }

  private XdsServer newServer() {
    return XdsServer.start(
        XdsSettings.loopback(xdsPort), _ -> {}, InstantSource.system(), new XdsMetrics(meters));
  }

  private static RuleShares shares(int weightOfA) {
    TreeMap<String, BackendShare> backends = new TreeMap<>();
    backends.put("a", new BackendShare(Share.FULL, Share.FULL, weightOfA, new TreeMap<>()));
    backends.put(
        "b",
        new BackendShare(
            Share.FULL, Share.FULL, RuleShares.TOTAL_WEIGHT - weightOfA, new TreeMap<>()));
    return new RuleShares(backends, Optional.empty(), List.of());
  }

  private static Rule rule(String name) {
    return new Rule(
        name, Match.ANY, List.of("a", "b"), Rule.Strategy.WEIGHTED, false, Optional.empty());
  }

  private static Backend backend(String name) {
    return new Backend(
        name,
        Optional.empty(),
        new Backend.Upstream.InService(service(name)),
        1,
        true,
        Optional.empty(),
        Set.of(),
        Optional.empty());
  }

  private static ServiceRef service(String name) {
    return new ServiceRef("default", name);
  }

  private static Endpoint endpoint(FakeLlm llm) {
    return new Endpoint("127.0.0.1", llm.port(), Optional.of(llm.name() + "-0"), true);
  }

  @Override
  public void close() {
    envoy.close();
    server.close();
    a.close();
    b.close();
    client.close();
  }
}
