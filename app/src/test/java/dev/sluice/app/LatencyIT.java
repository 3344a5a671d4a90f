package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule's {@code latencySLOMs} by what a real Envoy measures and a real Prometheus scrapes. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class LatencyIT {

  private static final Duration BOUND = Duration.ofMinutes(3);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String MODEL = "tiny";
  private static final Behaviour HEALTHY =
      Behaviour.healthy().withTtft(Duration.ofMillis(50)).withOutputTokens(4);

  /**
   * The InferenceSLOs shorten times only: with {@code Observe} no verdict moves anything. Both have
   * one, because a rule's shares move at the longest step of its backends.
   */
  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: gpu}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: spare}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: gpu-1, labels: {kubernetes.io/service-name: gpu}}
      addressType: IPv4
      ports: [{name: http, port: GPU}]
      endpoints: [{addresses: [127.0.0.1]}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: spare-1, labels: {kubernetes.io/service-name: spare}}
      addressType: IPv4
      ports: [{name: http, port: SPARE}]
      endpoints: [{addresses: [127.0.0.1]}]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: InferenceSLO
      metadata: {name: gpu}
      spec:
        targetRef: {group: inference.llmkube.dev, kind: InferenceService, name: gpu}
        window: 3d
        ttftP99Ms: 500
        mode: Observe
        onBreach:
          shares: {recoverBy: 50%, step: 5s}
          recovery: {minSamples: 5}
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: InferenceSLO
      metadata: {name: spare}
      spec:
        targetRef: {group: inference.llmkube.dev, kind: InferenceService, name: spare}
        window: 3d
        ttftP99Ms: 500
        mode: Observe
        onBreach:
          shares: {step: 5s}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata:
        name: chat
        annotations: {sluice.dev/listen: "127.0.0.1:LISTENER"}
      spec:
        backends:
        - name: gpu
          inferenceServiceRef: {name: gpu}
        - name: spare
          inferenceServiceRef: {name: spare}
        rules:
        - name: fast
          match: {latencySLOMs: 500}
          route: {strategy: primary-fallback, backends: [gpu, spare]}
      """;

  @TempDir private Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final int listener = FreePorts.pick();
  private final int adminPort = FreePorts.pick();
  private FakeLlm gpu;
  private RunSettings settings;

  @BeforeEach
  void setUp() throws Exception {
    gpu = started(FakeLlm.start("gpu", LlmRuntime.VLLM, MODEL, HEALTHY));
    FakeLlm spare = started(FakeLlm.start("spare", LlmRuntime.VLLM, MODEL, HEALTHY));
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    Files.writeString(
        manifests.resolve("all.yaml"),
        MANIFESTS
            .replace("GPU", String.valueOf(gpu.port()))
            .replace("SPARE", String.valueOf(spare.port()))
            .replace("LISTENER", String.valueOf(listener)));
    PrometheusProcess prometheus =
        started(PrometheusProcess.start(folder.resolve("prometheus"), monitoring())).awaitReady();
    settings =
        TestSettings.of(new Origin.Folder(manifests, folder.resolve("state.json")))
            .prometheus(prometheus.baseUrl())
            .build();
    started(Sluice.start(settings));
    startEnvoy();
  }

  @AfterEach
  void tearDown() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  @Test
  void aLatePrimaryShedsToItsFallbackAndIsBackOnceItIsCured() {
    LoadGenerator load =
        started(LoadGenerator.start(LoadPlan.of(url("/v1/chat/completions"), MODEL, 15)));
    Await.until(BOUND, "all goes to the primary", () -> share(load) > 0.99);
    assertThat(page("/metrics")).contains(late(0));

    gpu.behave(HEALTHY.withTtft(Duration.ofSeconds(2)));
    Await.until(BOUND, "the fallback is promoted", () -> share(load) < 0.3);
    assertThat(page("/metrics")).contains(late(1));
    assertThat(page("/debug/status")).containsPattern("\"state\" ?: ?\"LATE\"");

    gpu.behave(HEALTHY);
    Await.until(BOUND, "all goes to the primary again", () -> share(load) > 0.99);
    assertThat(page("/metrics")).contains(late(0));
    assertThat(load.totals().failures()).isEmpty();
  }

  private static String late(int value) {
    return "sluice_rule_late{namespace=\"default\",router=\"chat\",rule=\"fast\"} " + value + ".0";
  }

  private static double share(LoadGenerator load) {
    return load.since(Instant.now().minusSeconds(5)).share("gpu");
  }

  private PrometheusConfig monitoring() {
    Target envoy = new Target(LOOPBACK + ":" + adminPort, Map.of());
    return PrometheusConfig.empty()
        .withScrapeJobs(
            new ScrapeJob("envoy", Duration.ofSeconds(5), "/stats/prometheus", List.of(envoy)));
  }

  private void startEnvoy() {
    started(ChatEnvoy.start(settings, "envoy-1", folder.resolve("envoy"), adminPort).awaitReady());
    Await.until(BOUND, "the router answers", () -> HttpProbe.isOk(url("/health")));
  }

  private String url(String path) {
    return "http://" + LOOPBACK + ":" + listener + path;
  }

  private String page(String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + settings.http() + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException failure) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private <T extends AutoCloseable> T started(T part) {
    running.push(part);
    return part;
  }
}
