package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.tls.IdentityFiles;
import dev.sluice.lab.Await;
import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real API server that asks before it writes what Foreman's scheduler writes. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class WebhookIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String OBJECTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata:
        name: chat
        annotations: {sluice.dev/override: Breached, sluice.dev/override-until: "UNTIL"}
      spec: {modelRef: qwen, runtime: vllm}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: other}
      spec: {modelRef: llama, runtime: vllm}
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: InferenceSLO
      metadata: {name: chat}
      spec: {targetRef: {name: chat}, ttftP99Ms: 500, onBreach: {minPriority: 100}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: Agent, metadata: {name: coder},
       spec: {inferenceServiceRef: {name: chat}}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: Agent, metadata: {name: batch},
       spec: {inferenceServiceRef: {name: chat}, execution: {mode: Job}}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: Agent, metadata: {name: writer},
       spec: {inferenceServiceRef: {name: other}}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: AgenticTask, metadata: {name: code},
       spec: {agentRef: {name: coder}}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: AgenticTask, metadata: {name: hotfix},
       spec: {agentRef: {name: coder}, priority: 100}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: AgenticTask, metadata: {name: nightly},
       spec: {agentRef: {name: batch}}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: AgenticTask, metadata: {name: letter},
       spec: {agentRef: {name: writer}}}
      ---
      {apiVersion: foreman.llmkube.dev/v1alpha1, kind: FleetNode, metadata: {name: node-a},
       spec: {nodeName: node-a}}
      """;

  @TempDir private Path folder;
  private final HostPort webhook = TestSettings.loopback();
  private ClusterScene scene;
  private RunSettings settings;
  private Kubectl kubectl;

  @BeforeEach
  void setUp() {
    scene = ClusterScene.start(folder);
    kubectl = scene.kubectl();
    scene.declareKinds(Optional.empty(), "/kube/crds.yaml", "/kube/foreman-crds.yaml");
    Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    scene.apply(OBJECTS.replace("UNTIL", tomorrow.toString()));
  }

  @AfterEach
  void tearDown() {
    // Null where the test is skipped.
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void workOfABreachedServiceIsHeldAndOtherWorkGoesWithACertificateOfOurOwn() throws Exception {
    scene.apply(configuration());
    Sluice sluice = start(Optional.empty());
    Await.until(BOUND, "the reservation is refused", () -> isRefused("code"));

    assertThatThrownBy(() -> reserve("code"))
        .hasMessageContaining("(Conflict)")
        .hasMessageContaining("InferenceService default/chat is Breached since");
    reserve("letter");
    free();
    reserve("hotfix");
    free();

    schedule("code");
    assertThatThrownBy(() -> schedule("nightly")).hasMessageContaining("(Conflict)");
    assertThat(metrics())
        .contains("answer=\"defer\",resource=\"fleetnodes\"")
        .contains("answer=\"defer\",resource=\"agentictasks\"")
        .contains("answer=\"allow\",resource=\"agentictasks\"");
    metrics()
        .lines()
        .filter(line -> line.startsWith("sluice_webhook_review"))
        .forEach(line -> System.out.println("webhook: " + line));

    kubectl.run("annotate", "inferenceservice", "chat", "sluice.dev/override-", "--overwrite");
    Await.until(BOUND, "the reservation passes", () -> !isRefused("code"));
    free();
    schedule("nightly");

    sluice.close();
    kubectl.run("annotate", "inferenceservice", "chat", "sluice.dev/override=Breached");
    reserve("code");
  }

  @Test
  void aCertificateThatIsLostOrReplacedIsIssuedAnewAndTheApiServerStillAsks() throws Exception {
    scene.apply(configuration());
    start(Optional.empty());
    Await.until(BOUND, "the reservation is refused", () -> isRefused("code"));
    String first = bundle();

    kubectl.run("delete", "secret", "sluice-webhook-tls");
    Await.until(BOUND, "another authority is trusted", () -> !bundle().equals(first));

    Await.until(BOUND, "the reservation is refused again", () -> isRefused("code"));
    assertThat(kubectl.run("get", "secret", "sluice-webhook-tls", "-o", "jsonpath={.data}"))
        .contains("tls.crt");
  }

  @Test
  void aCertificateFromFilesIsShownAndReadAgainWhenItChanges() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("ca"));
    Path files = folder.resolve("tls");
    authority.issue("ip:127.0.0.1").writeTo(files);
    authority.writeTo(files);
    scene.apply(configuration("--ca", files.resolve("ca.crt").toString()));
    start(
        Optional.of(
            new IdentityFiles(
                "--webhook-cert",
                files.resolve("tls.crt"),
                "--webhook-key",
                files.resolve("tls.key"))));
    Await.until(BOUND, "the reservation is refused", () -> isRefused("code"));
    double expiry = expiry();

    authority.expired("ip:127.0.0.1").writeTo(files);
    CertificateAuthority other = CertificateAuthority.create(folder.resolve("other-ca"));
    other.issue("ip:127.0.0.1").writeTo(files);
    other.writeTo(files);
    scene.apply(configuration("--ca", files.resolve("ca.crt").toString()));

    Await.until(BOUND, "the other certificate is shown", () -> expiry() > expiry);
    Await.until(BOUND, "the reservation is refused again", () -> isRefused("code"));
    assertThat(kubectl.run("get", "secrets")).contains("No resources");
  }

  private Sluice start(Optional<IdentityFiles> files) throws Exception {
    settings = scene.settings(new WebhookSettings(webhook, files));
    return scene.started(Sluice.start(settings));
  }

  private String configuration(String... more) {
    StringWriter out = new StringWriter();
    String[] arguments = new String[3 + more.length];
    arguments[0] = "webhook-configuration";
    arguments[1] = "--url";
    arguments[2] = "https://" + webhook;
    System.arraycopy(more, 0, arguments, 3, more.length);
    int exit = Cli.create(Sluice::start).setOut(new PrintWriter(out)).execute(arguments);
    assertThat(exit).isZero();
    return out.toString();
  }

  /** As Foreman's scheduler takes a node; the lock that it takes too can't be lost here. */
  private void reserve(String task) {
    patchNode("\"default/" + task + "\"");
  }

  private void free() {
    patchNode("null");
  }

  private void patchNode(String task) {
    kubectl.run(
        "patch",
        "fleetnode",
        "node-a",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"phase\": \"Ready\", \"currentTask\": %s}}".formatted(task));
  }

  private void schedule(String task) {
    kubectl.run(
        "patch",
        "agentictask",
        task,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"phase\": \"Scheduled\", \"assignedNode\": \"node-a\"}}");
  }

  /** Tries to reserve the node, and frees it again if that went. */
  private boolean isRefused(String task) {
    try {
      reserve(task);
      free();
      return false;
    } catch (IllegalStateException refused) {
      assertThat(refused).hasMessageContaining("(Conflict)");
      return true;
    }
  }

  private String bundle() {
    return kubectl.run(
        "get",
        "validatingwebhookconfiguration",
        "sluice-foreman",
        "-o",
        "jsonpath={.webhooks[0].clientConfig.caBundle}");
  }

  private double expiry() {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("sluice_webhook_certificate_expiry_seconds "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private String metrics() {
    URI page = URI.create("http://" + settings.http() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted");
    }
  }
}
