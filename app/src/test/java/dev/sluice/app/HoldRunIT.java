package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole process holds an Agent in a real API server; a person says what is breached. {@code
 * SLUICE_CRDS} puts LLMKube's and Foreman's own CRDs in.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the rest
class HoldRunIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String OBJECTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen, namespace: default}
      spec: {modelRef: qwen}
      ---
      apiVersion: foreman.llmkube.dev/v1alpha1
      kind: Agent
      metadata: {name: coder, namespace: default}
      spec: {role: coder, tools: [submit_result], inferenceServiceRef: {name: qwen}}
      """;

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private ClusterScene scene;
  private Kubectl kubectl;
  private RunSettings settings;

  @BeforeEach
  void setUp() {
    scene = ClusterScene.start(folder);
    kubectl = scene.kubectl();
    scene.declareKinds(Parts.crds(), "/kube/crds.yaml", "/kube/foreman-crds.yaml");
    scene.apply(OBJECTS);
    settings = scene.settings(ClusterSettings.of(scene.kubeconfig()).holdingAgents());
  }

  @AfterEach
  void tearDown() {
    // Null where the test is skipped.
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void anAgentIsHeldByTheDecisionOverARestartAndReleasedAtItsEnd() throws Exception {
    try (Sluice _ = Sluice.start(settings)) {
      override("Breached");
      Await.until(BOUND, "the Agent is held", () -> !heldBy().isEmpty());
      String decision = heldBy();
      Await.until(
          BOUND,
          "the service's condition names the decision",
          () -> service("{.status.conditions[*].message}").contains(decision));
    }

    try (Sluice _ = Sluice.start(settings)) {
      Await.until(BOUND, "the next one leads and finds it held", this::showsAHold);
      override("WithinBudget");
      Await.until(BOUND, "the Agent is released", () -> heldBy().isEmpty());
    }

    assertThat(kubectl.run("get", "events", "-o", "jsonpath={.items[*].reason}"))
        .containsOnlyOnce("SLOHeld")
        .containsOnlyOnce("SLOReleased");
    assertThat(agent("{.spec}")).doesNotContain("requiredCapability");
  }

  private boolean showsAHold() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + settings.http() + "/metrics")).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString())
          .body()
          .contains("sluice_agent_held{");
    } catch (IOException notUp) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for /metrics", interrupted);
    }
  }

  private void override(String state) {
    kubectl.run(
        "annotate",
        "--overwrite",
        "inferenceservice",
        "qwen",
        "sluice.dev/override=" + state,
        "sluice.dev/override-until=" + Instant.now().plus(Duration.ofHours(1)));
  }

  private String heldBy() {
    return agent("{.spec.requiredCapability.nodeSelector.sluice\\.dev/held-by}");
  }

  private String agent(String path) {
    return kubectl.run("get", "agent", "coder", "-o", "jsonpath=" + path);
  }

  private String service(String path) {
    return kubectl.run("get", "inferenceservice", "qwen", "-o", "jsonpath=" + path);
  }
}
