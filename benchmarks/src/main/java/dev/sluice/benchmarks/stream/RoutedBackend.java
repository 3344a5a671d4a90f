package dev.sluice.benchmarks.stream;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.lab.Await;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.model.RouterRef;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import dev.sluice.xds.resources.ResourceCompiler;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.serving.XdsMetrics;
import dev.sluice.xds.serving.XdsServer;
import dev.sluice.xds.serving.XdsSettings;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.Shaper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/** A fake LLM, and an Envoy before it that has been told of it as any is. */
final class RoutedBackend implements AutoCloseable {

  static final String MODEL = "qwen";

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final RouterRef CHAT = new RouterRef("default", "chat");

  /** The first token after 5 ms, so that a client's own pauses don't hide what is measured. */
  private static final Behaviour QUICK =
      Behaviour.healthy().withTtft(Duration.ofMillis(5)).withOutputTokens(2);

  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: qwen, labels: {kubernetes.io/service-name: qwen}}
      ports: [{port: LLM}]
      endpoints: [{addresses: [127.0.0.1]}]
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: chat, annotations: {sluice.dev/listen: "127.0.0.1:LISTENER"}}
      spec:
        backends: [{name: qwen, inferenceServiceRef: {name: qwen}}]
        rules:
        - {name: models, match: {models: ["qwen*"]}, route: {backends: [qwen]}}
        defaultRoute: qwen
      """;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final int listener = FreePorts.pick();
  private final FakeLlm llm;

  RoutedBackend(Path folder) {
    llm = kept(FakeLlm.start("qwen", LlmRuntime.VLLM, MODEL, QUICK));
    XdsServer server =
        kept(
            XdsServer.start(
                XdsSettings.loopback(FreePorts.pick()),
                _ -> {},
                InstantSource.system(),
                new XdsMetrics(new SimpleMeterRegistry())));
    publish(server);
    int admin = FreePorts.pick();
    String bootstrap =
        BootstrapWriter.yaml(
            CHAT,
            "envoy-1",
            new HostPort("127.0.0.1", server.port()),
            new HostPort("127.0.0.1", admin));
    kept(EnvoyProcess.start(folder, bootstrap, admin).awaitReady());
    Await.until(BOUND, "the router answers", () -> HttpProbe.isOk(routed("/health")));
  }

  private <T extends AutoCloseable> T kept(T part) {
    parts.push(part);
    return part;
  }

  private void publish(XdsServer server) {
    World world = Manifests.NONE.read("all.yaml", manifests()).world();
    RouterSpec router = Objects.requireNonNull(world.routers().get(CHAT));
    VerdictSnapshot nothing = new VerdictSnapshot(0, Instant.EPOCH, List.of());
    RouterShares shares =
        Shaper.shape(router, world.topology(), nothing, RouterShares.NONE, Instant.EPOCH);
    server.publish(ResourceCompiler.compile(router, world.topology(), shares, nothing));
  }

  private String manifests() {
    return MANIFESTS
        .replace("LLM", String.valueOf(llm.port()))
        .replace("LISTENER", String.valueOf(listener));
  }

  /** The address of a path at the backend itself. */
  String direct(String path) {
    return llm.baseUrl() + path;
  }

  /** The address of a path through Envoy. */
  String routed(String path) {
    return "http://127.0.0.1:" + listener + path;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        System.err.println("stream: not stopped cleanly: " + failure);
      }
    }
  }
}
