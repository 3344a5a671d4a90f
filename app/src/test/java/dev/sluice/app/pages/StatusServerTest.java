package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.loop.Core;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.resources.ResourceCompiler;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Core CORE = new Core(ResourceCompiler::compile, Duration.ofSeconds(10));
  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: chat}
      spec:
        backends: [{name: a, inferenceServiceRef: {name: qwen}}]
        rules: [{name: all, route: {backends: [a]}}]
      """;

  private final AtomicReference<LoopState> state =
      new AtomicReference<>(LoopState.leading(SavedState.NONE, START));
  private final AtomicReference<ServedLoad> served = new AtomicReference<>(ServedLoad.NONE);
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final StatusServer server =
      StatusServer.start(
          new StatusServer.Views(state::get, List::of, List::of, served::get, registry),
          new PushReceiver(Optional.empty(), () -> {}, new PushMetrics(registry)),
          NoPage.routes(),
          "127.0.0.1",
          0);

  @AfterEach
  void tearDown() {
    server.close();
  }

  @Test
  void healthIsOkFromTheStart() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void readinessSaysWhatIsMissing() throws Exception {
    HttpResponse<String> unread = get("/readyz");
    post(new Event.WorldChanged(Manifests.NONE.world()));
    HttpResponse<String> unasked = get("/readyz");
    post(new Event.Observed(new Observation.Failed(START, "connection refused")));
    HttpResponse<String> refused = get("/readyz");
    post(new Event.Observed(Observation.Rules.of(START, List.of())));
    HttpResponse<String> ready = get("/readyz");

    assertThat(unread.statusCode()).isEqualTo(503);
    assertThat(unread.body()).contains("the manifests weren't read yet");
    assertThat(unasked.body()).contains("waiting for Prometheus: it wasn't asked yet");
    assertThat(refused.body()).contains("waiting for Prometheus: connection refused");
    assertThat(ready.statusCode()).isEqualTo(200);
  }

  @Test
  void statusShowsVerdictsSharesAndProblems() throws Exception {
    post(new Event.WorldChanged(Manifests.NONE.read("m.yaml", MANIFESTS).world()));
    post(new Event.Observed(Observation.Rules.of(START, List.of())));

    JsonNode status = new ObjectMapper().readTree(get("/debug/status").body());

    assertThat(status.at("/serving").asBoolean()).isTrue();
    assertThat(status.at("/services/default~1qwen/state").asText()).isEqualTo("Unknown");
    assertThat(status.at("/services/default~1qwen/cause").asText()).isEqualTo("NO_OBJECTIVE");
    assertThat(status.at("/routers/default~1chat/rules").has("all")).isTrue();
    assertThat(status.at("/problems/0").asText())
        .startsWith("m.yaml:9: ModelRouter default/chat: spec.backends[0]")
        .contains("has no endpoints");
  }

  @Test
  void statusShowsWhatWasServedBesideTheWeightOnceItIsKnown() throws Exception {
    post(new Event.WorldChanged(Manifests.NONE.read("m.yaml", MANIFESTS).world()));
    post(new Event.Observed(Observation.Rules.of(START, List.of())));
    String backend = "/routers/default~1chat/rules/all/backends/a";

    JsonNode before = new ObjectMapper().readTree(get("/debug/status").body());
    Requests requests = new Requests(Map.of("all", Map.of("a", 3L, "gone", 1L)));
    served.set(new ServedLoad(Map.of(new RouterRef("default", "chat"), requests)));
    JsonNode after = new ObjectMapper().readTree(get("/debug/status").body());

    assertThat(before.at(backend).has("weight")).isTrue();
    assertThat(before.at(backend).has("servedRatio")).isFalse();
    assertThat(after.at(backend + "/servedRatio").asDouble()).isEqualTo(0.75);
  }

  @Test
  void metricsAreInPrometheusTextFormat() throws Exception {
    registry.counter("sluice.example").increment();

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(metrics.body()).contains("sluice_example_total 1.0");
  }

  private void post(Event event) {
    state.set(CORE.step(state.get(), event, START).next());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
