package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart, installed by the real helm into a real API server: {@code helm/chart-test.sh}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ChartIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String OBJECTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata:
        name: qwen
        namespace: default
        annotations: {sluice.dev/override: Breached, sluice.dev/override-until: "2100-01-01T00:00:00Z"}
      spec: {modelRef: qwen}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: chat, namespace: default}
      spec:
        backends: [{name: qwen, inferenceServiceRef: {name: qwen}}]
        defaultRoute: qwen
      ---
      apiVersion: foreman.llmkube.dev/v1alpha1
      kind: Agent
      metadata: {name: coder, namespace: default}
      spec: {role: coder, tools: [submit_result], inferenceServiceRef: {name: qwen}}
      """;

  @TempDir private Path folder;

  @Test
  void theChartRejectsWrongValuesInstallsUpgradesRollsBackAndLeavesNothing() throws Exception {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> kubectl = Parts.kubectl();
    Optional<Path> helm = Parts.helm();
    assumeTrue(
        binaries.isPresent() && kubectl.isPresent() && helm.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD, SLUICE_KUBECTL and SLUICE_HELM aren't set (expected: the"
            + " binaries)");
    try (KubeApiServer server = KubeApiServer.start(binaries.get(), folder.resolve("kube"))) {
      apply(new Kubectl(kubectl.get(), server.kubeconfig()));

      ProcessBuilder test = new ProcessBuilder("bash", "../helm/chart-test.sh");
      test.environment().put("SLUICE_HELM", helm.get().toString());
      test.environment().put("SLUICE_KUBECTL", kubectl.get().toString());
      test.environment().put("KUBECONFIG", server.kubeconfig().toString());
      test.environment().put("HOME", folder.toString());
      Process process = test.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("ok   nothing is left").doesNotContain("FAIL");
    }
  }

  @Test
  void sluiceRunsWithTheRightsOfItsAccountInTheChartAndNoOthers() throws Exception {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> binary = Parts.kubectl();
    Optional<Path> helm = Parts.helm();
    assumeTrue(
        binaries.isPresent() && binary.isPresent() && helm.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD, SLUICE_KUBECTL and SLUICE_HELM aren't set (expected: the"
            + " binaries)");
    try (KubeApiServer server = KubeApiServer.start(binaries.get(), folder.resolve("kube"))) {
      Kubectl kubectl = new Kubectl(binary.get(), server.kubeconfig());
      apply(kubectl);
      install(helm.get(), server.kubeconfig());
      Path objects = Files.writeString(folder.resolve("objects.yaml"), OBJECTS);
      kubectl.run("apply", "--server-side", "-f", objects.toString());
      Path account = account(kubectl, server.kubeconfig());
      HostPort http = new HostPort("127.0.0.1", FreePorts.pick());

      try (Sluice _ = Sluice.start(settings(account, http))) {
        kubectl.run(
            "wait", "--for=condition=SLOBreached=True", "inferenceservice/qwen", "--timeout=60s");
        kubectl.run(
            "wait", "--for=condition=SLORoutingReady=False", "modelrouter/chat", "--timeout=60s");
        Await.until(BOUND, "the Agent is held", () -> heldBy(kubectl).length() > 0);
        String metrics = metrics(http);
        assertThat(metrics)
            .contains("sluice_leader 1.0", "sluice_kubernetes_kinds_missing 0.0")
            .contains("sluice_status_write_failures_total{cause=\"refused\"} 0.0")
            .contains("sluice_memory_writes_total{outcome=\"failed\"} 0.0");
      }
    }
  }

  private static String metrics(HostPort http) throws IOException {
    try (InputStream page = URI.create("http://" + http + "/metrics").toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String heldBy(Kubectl kubectl) {
    return kubectl.run(
        "get",
        "agent",
        "coder",
        "-o",
        "jsonpath={.spec.requiredCapability.nodeSelector.sluice\\.dev/held-by}");
  }

  private void install(Path helm, Path kubeconfig) throws Exception {
    Process install =
        new ProcessBuilder(
                helm.toString(),
                "install",
                "sluice",
                "../helm/sluice",
                "--namespace=sluice-system",
                "--create-namespace",
                "--set=foreman.hold.enabled=true",
                "--kubeconfig=" + kubeconfig)
            .redirectErrorStream(true)
            .start();
    String output = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(install.waitFor()).as(output).isZero();
  }

  /** A kubeconfig of the chart's ServiceAccount, in its namespace. */
  private Path account(Kubectl kubectl, Path admin) throws IOException {
    String token = kubectl.run("-n", "sluice-system", "create", "token", "sluice").strip();
    Path account = folder.resolve("account");
    Files.writeString(
        account,
        Files.readString(admin).replaceFirst("token: \"[^\"]*\"", "token: \"" + token + "\""));
    new Kubectl(kubectl.binary(), account)
        .run("config", "set-context", "--current", "--namespace=sluice-system");
    return account;
  }

  private static RunSettings settings(Path kubeconfig, HostPort http) {
    return new RunSettings(
        new Origin.Kubernetes(ClusterSettings.of(kubeconfig).holdingAgents()),
        PrometheusSettings.of(URI.create("http://127.0.0.1:" + FreePorts.pick())),
        new HostPort("127.0.0.1", FreePorts.pick()),
        new HostPort("127.0.0.1", FreePorts.pick()),
        http,
        Optional.empty(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Optional.empty(),
        100);
  }

  @Test
  void anEnvoyOfTheChartIsToldWhatOneFromEnvoysFolderIs() throws Exception {
    Optional<Path> helm = Parts.helm();
    assumeTrue(helm.isPresent(), "SLUICE_HELM isn't set (expected: the binary)");
    Process template =
        new ProcessBuilder(
                helm.get().toString(),
                "template",
                "sluice",
                "../helm/sluice",
                "--namespace=sluice-system",
                "--set=fleets[0].router=chat",
                "--set=fleets[0].namespace=default")
            .start();
    String chart = new String(template.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(template.waitFor()).isZero();
    assertThat(bootstrap(chart))
        .isEqualTo(bootstrap(Files.readString(Path.of("..", "envoy", "kubernetes.yaml"))));
  }

  /** What the ConfigMap among these objects says to an Envoy. */
  private static Map<?, ?> bootstrap(String objects) {
    return Arrays.stream(objects.split("(?m)^---$", -1))
        .filter(object -> object.contains("kind: ConfigMap"))
        .map(object -> Serialization.unmarshal(object, ConfigMap.class).getData().get("envoy.yaml"))
        .<Map<?, ?>>map(yaml -> Serialization.unmarshal(yaml, Map.class))
        .findFirst()
        .orElseThrow();
  }

  private void apply(Kubectl kubectl) throws IOException {
    for (String name : new String[] {"crds", "foreman-crds", "pyrra-crd"}) {
      try (var stream = ChartIT.class.getResourceAsStream("/kube/" + name + ".yaml")) {
        Path file = folder.resolve(name + ".yaml");
        Files.write(file, Objects.requireNonNull(stream, name).readAllBytes());
        kubectl.run("apply", "--server-side", "-f", file.toString());
      }
    }
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }
}
