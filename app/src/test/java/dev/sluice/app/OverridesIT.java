package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person decides by hand through the page's port, in a real cluster. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the token
class OverridesIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ORDER =
      "{\"state\": \"Breached\", \"for\": \"1h\", \"reason\": \"node 7 drains\"}";
  private static final String QWEN =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen, namespace: default}
      spec: {modelRef: qwen}
      """;

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final HostPort address = TestSettings.loopback();
  private Path token;

  @BeforeEach
  void setUp() throws Exception {
    token = Files.writeString(folder.resolve("token"), "secret\n");
  }

  @Test
  void anOverrideFromThePageDecidesUntilItIsTakenBack() throws Exception {
    try (ClusterScene scene = cluster();
        Sluice _ = sluice(scene)) {
      awaitState("Unknown");
      Instant before = Instant.now();

      HttpResponse<String> set = put("qwen", "secret", ORDER);
      awaitState("Breached");

      JsonNode said = json(set);
      assertThat(set.statusCode()).isEqualTo(200);
      assertThat(said.path("service").asText()).isEqualTo("default/qwen");
      assertThat(Instant.parse(said.path("until").asText()))
          .isBetween(before.plusSeconds(3599), Instant.now().plusSeconds(3600));
      assertThat(qwen(scene.kubectl(), "{.metadata.annotations}"))
          .contains("\"sluice.dev/override\":\"Breached\"")
          .contains("\"sluice.dev/override-until\":\"" + said.path("until").asText() + "\"");
      Await.until(
          BOUND,
          "the condition says who decided, until when and why",
          () ->
              qwen(scene.kubectl(), "{.status.conditions[*].message}")
                  .contains(
                      "overridden by hand until %s (node 7 drains)"
                          .formatted(said.path("until").asText())));
      assertThat(get("/debug/explain/default/qwen")).contains("node 7 drains");

      HttpResponse<String> back = delete("qwen", "secret");
      awaitState("Unknown");

      assertThat(back.statusCode()).isEqualTo(200);
      assertThat(qwen(scene.kubectl(), "{.metadata.annotations}"))
          .doesNotContain("sluice.dev/override");
      assertThat(delete("qwen", "secret").statusCode()).as("nothing to take back").isEqualTo(200);
      assertThat(get("/metrics"))
          .contains("sluice_override_requests_total{outcome=\"set\"} 1.0")
          .contains("sluice_override_requests_total{outcome=\"taken_back\"} 2.0");
    }
  }

  @Test
  void whatSomebodyPutThereWithKubectlStaysUntilItIsTakenAwayThere() throws Exception {
    try (ClusterScene scene = cluster();
        Sluice _ = sluice(scene)) {
      Kubectl kubectl = scene.kubectl();
      annotate(
          kubectl,
          "sluice.dev/override=WithinBudget",
          "sluice.dev/override-until=2100-01-01T00:00:00Z");
      awaitState("WithinBudget");

      HttpResponse<String> refused = put("qwen", "secret", ORDER);
      HttpResponse<String> kept = delete("qwen", "secret");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body()).contains("kubectl-annotate", ".metadata.annotations");
      assertThat(kept.statusCode()).isEqualTo(409);
      assertThat(kept.body()).contains("it was put there by kubectl-annotate");
      assertThat(qwen(kubectl, "{.metadata.annotations}")).contains("WithinBudget", "2100");

      String removal = refused.body().replaceFirst("(?s).*first: kubectl ([^)]*)\\).*", "$1");
      kubectl.run(removal.split(" ", -1));
      assertThat(put("qwen", "secret", ORDER).statusCode()).isEqualTo(200);
      awaitState("Breached");
    }
  }

  @Test
  void whoHasNoTokenOrAsksForNonsenseChangesNothing() throws Exception {
    try (ClusterScene scene = cluster();
        Sluice _ = sluice(scene)) {
      awaitState("Unknown");

      assertThat(put("qwen", "wrong", ORDER).statusCode()).isEqualTo(401);
      assertThat(delete("qwen", "").statusCode()).isEqualTo(401);
      HttpResponse<String> absent = put("absent", "secret", ORDER);
      assertThat(absent.statusCode()).isEqualTo(404);
      assertThat(absent.body()).contains("InferenceService default/absent: not found");
      HttpResponse<String> long24 = put("qwen", "secret", ORDER.replace("1h", "2d"));
      assertThat(long24.statusCode()).isEqualTo(400);
      assertThat(long24.body()).contains("for: ", "expected: 1m to 24h");
      assertThat(put("qwen", "secret", ORDER + " ".repeat(5000)).statusCode()).isEqualTo(400);

      assertThat(qwen(scene.kubectl(), "{.metadata.annotations}"))
          .doesNotContain("sluice.dev/override");
      assertThat(scene.kubectl().run("get", "inferenceservices", "-o", "name"))
          .doesNotContain("absent");
      assertThat(get("/metrics"))
          .contains("sluice_override_requests_total{outcome=\"unauthorized\"} 2.0");
    }
  }

  @Test
  void theChartGivesTheRightOnlyWhereItIsAskedFor() throws Exception {
    try (ChartScene scene = ChartScene.open(folder)) {
      scene.install();
      Path service = Files.writeString(folder.resolve("qwen.yaml"), QWEN);
      scene.kubectl().run("apply", "-f", service.toString());
      try (Sluice _ = Sluice.start(scene.settings(address, token))) {
        HttpResponse<String> refused = put("qwen", "secret", ORDER);
        scene.upgrade("pages.overrideTokenSecret=override");
        Await.until(
            BOUND, "the right has arrived", () -> put("qwen", "secret", ORDER).statusCode() == 200);

        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).contains("forbidden");
        awaitState("Breached");
        assertThat(delete("qwen", "secret").statusCode()).isEqualTo(200);
      }
    }
  }

  private ClusterScene cluster() {
    ClusterScene scene = ClusterScene.start(folder);
    scene.declareKinds(Optional.empty(), "/kube/crds.yaml");
    scene.apply(QWEN);
    return scene;
  }

  private Sluice sluice(ClusterScene scene) throws Exception {
    return Sluice.start(
        TestSettings.of(new Origin.Kubernetes(ClusterSettings.of(scene.kubeconfig())))
            .http(address)
            .overrideToken(token)
            .build());
  }

  private void awaitState(String state) {
    Await.until(
        BOUND,
        "default/qwen is " + state,
        () -> json(get("/api/v1/page")).at("/services/0/state").asText().equals(state));
  }

  private static void annotate(Kubectl kubectl, String... annotations) {
    kubectl.run(
        Stream.concat(Stream.of("annotate", "inferenceservice", "qwen"), Arrays.stream(annotations))
            .toArray(String[]::new));
  }

  private static String qwen(Kubectl kubectl, String path) {
    return kubectl.run(
        "get", "inferenceservice", "qwen", "-n", "default", "-o", "jsonpath=" + path);
  }

  private HttpResponse<String> put(String service, String secret, String order) {
    return send(request(service, secret).PUT(HttpRequest.BodyPublishers.ofString(order)));
  }

  private HttpResponse<String> delete(String service, String secret) {
    return send(request(service, secret).DELETE());
  }

  private HttpRequest.Builder request(String service, String secret) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/api/v1/overrides/default/" + service));
    return secret.isEmpty() ? request : request.header("Authorization", "Bearer " + secret);
  }

  private String get(String path) {
    return send(HttpRequest.newBuilder(uri(path))).body();
  }

  private URI uri(String path) {
    return URI.create("http://" + address + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", interrupted);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return json(answer.body());
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
