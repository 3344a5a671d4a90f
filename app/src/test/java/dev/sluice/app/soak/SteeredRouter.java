package dev.sluice.app.soak;

import dev.sluice.lab.Await;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One ModelRouter with a real Envoy, two equal backends and clients that call them. */
final class SteeredRouter implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String MODEL = "qwen";

  private final String name;
  private final Path manifests;
  private final int port = FreePorts.pick();
  private final FakeLlm a;
  private final FakeLlm b;
  private final Deque<Runnable> endings = new ArrayDeque<>();
  private Optional<LoadGenerator> load = Optional.empty();

  SteeredRouter(String name, Path manifests) {
    this.name = name;
    this.manifests = manifests;
    this.a = backend("a");
    this.b = backend("b");
    write(name, router());
    write(a.name(), service(a, ""));
    write(b.name(), service(b, ""));
  }

  private FakeLlm backend(String suffix) {
    Behaviour quick = Behaviour.healthy().withOutputTokens(2);
    FakeLlm llm = FakeLlm.start(name + "-" + suffix, LlmRuntime.LLAMACPP, MODEL, quick);
    endings.push(llm::close);
    return llm;
  }

  /** Starts its Envoy, and clients as soon as that serves. */
  void start(Path folder, int xdsPort, double requestsPerSecond) {
    int admin = FreePorts.pick();
    String bootstrap =
        BootstrapWriter.yaml(
            new RouterRef("default", name),
            "envoy-" + name,
            new BootstrapWriter.HostPort(LOOPBACK, xdsPort),
            new BootstrapWriter.HostPort(LOOPBACK, admin));
    EnvoyProcess envoy = EnvoyProcess.start(folder.resolve(name), bootstrap, admin);
    endings.push(envoy::close);
    envoy.awaitReady();
    String url = "http://" + LOOPBACK + ":" + port;
    Await.until(BOUND, name + " is served", () -> HttpProbe.isOk(url + "/health"));
    LoadGenerator clients =
        LoadGenerator.start(LoadPlan.of(url + "/v1/chat/completions", MODEL, requestsPerSecond));
    endings.push(clients::close);
    load = Optional.of(clients);
  }

  LoadGenerator load() {
    return load.orElseThrow(() -> new IllegalStateException(name + ": no clients yet"));
  }

  List<String> backends() {
    return List.of(a.name(), b.name());
  }

  /** Declares a breach of one backend by hand, which ends by itself. */
  void breach(String backend, Instant until) {
    String annotations =
        ", annotations: {sluice.dev/override: Breached, sluice.dev/override-until: \"%s\"}"
            .formatted(until);
    write(backend, service(backend.equals(a.name()) ? a : b, annotations));
  }

  /** What part of the newest requests a backend served. */
  double share(String backend, Duration newest) {
    return load().since(Instant.now().minus(newest)).share(backend);
  }

  private String router() {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: ModelRouter
    metadata:
      name: %1$s
      annotations: {sluice.dev/listen: "127.0.0.1:%2$d"}
    spec:
      backends:
      - {name: %1$s-a, inferenceServiceRef: {name: %1$s-a}}
      - {name: %1$s-b, inferenceServiceRef: {name: %1$s-b}}
      rules:
      - name: all
        match: {}
        route: {strategy: weighted, backends: [%1$s-a, %1$s-b]}
    """
        .formatted(name, port);
  }

  private static String service(FakeLlm llm, String annotations) {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: InferenceService
    metadata: {name: %1$s%3$s}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: %1$s, labels: {kubernetes.io/service-name: %1$s}}
    addressType: IPv4
    ports: [{port: %2$d}]
    endpoints: [{addresses: [127.0.0.1]}]
    """
        .formatted(llm.name(), llm.port(), annotations);
  }

  /** At once, as an editor or a ConfigMap does it. */
  private void write(String file, String yaml) {
    try {
      Path next = Files.writeString(manifests.resolve("." + file + ".next"), yaml);
      Files.move(next, manifests.resolve(file + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
