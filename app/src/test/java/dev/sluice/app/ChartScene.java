package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.fleets.FleetSettings;
import dev.sluice.app.fleets.FleetSettingsReader;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real API server with LLMKube's, Foreman's, Pyrra's and cert-manager's CRDs, and the real helm
 * for the chart.
 */
record ChartScene(KubeApiServer server, Kubectl kubectl, Path helm, Path folder)
    implements AutoCloseable {

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
      apiVersion: sluice.dev/v1alpha1
      kind: InferenceSLO
      metadata: {name: qwen, namespace: default}
      spec: {targetRef: {name: qwen}, errorBudget: 0.5%}
      ---
      apiVersion: foreman.llmkube.dev/v1alpha1
      kind: Agent
      metadata: {name: coder, namespace: default}
      spec: {role: coder, tools: [submit_result], inferenceServiceRef: {name: qwen}}
      """;

  /** Of each thing that Sluice leaves in a cluster, where it is and how it is told. */
  static final String[] MARKS = {
    "agent coder {.spec.requiredCapability.nodeSelector.sluice\\.dev/held-by}",
    "agent coder {.metadata.annotations.sluice\\.dev/held-until}",
    "inferenceservice qwen {.status.conditions[?(@.type==\"SLOBreached\")].status}",
    "modelrouter chat {.status.conditions[?(@.type==\"SLORoutingReady\")].status}",
    "inferenceslo qwen {.status}",
    "servicelevelobjective qwen-errors {.metadata.name}",
    "lease sluice {.metadata.name}",
    "configmap sluice-memory {.metadata.name}",
  };

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String NAMESPACE = "sluice-system";

  /** Without the binaries the test is skipped. */
  static ChartScene open(Path folder) throws IOException {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> kubectl = Parts.kubectl();
    Optional<Path> helm = Parts.helm();
    assumeTrue(
        binaries.isPresent() && kubectl.isPresent() && helm.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD, SLUICE_KUBECTL and SLUICE_HELM aren't set (expected: the"
            + " binaries)");
    KubeApiServer server = KubeApiServer.start(binaries.get(), folder.resolve("kube"));
    ChartScene scene =
        new ChartScene(server, new Kubectl(kubectl.get(), server.kubeconfig()), helm.get(), folder);
    scene.applyCrds();
    return scene;
  }

  private void applyCrds() throws IOException {
    for (String name : new String[] {"crds", "foreman-crds", "pyrra-crd", "cert-manager-crd"}) {
      try (var stream = ChartScene.class.getResourceAsStream("/kube/" + name + ".yaml")) {
        Path file = folder.resolve(name + ".yaml");
        Files.write(file, Objects.requireNonNull(stream, name).readAllBytes());
        kubectl.run("apply", "--server-side", "-f", file.toString());
      }
    }
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }

  Path kubeconfig() {
    return server.kubeconfig();
  }

  void install(String... values) throws Exception {
    await(helm(Stream.concat(Stream.of("install", "--create-namespace"), set(values))));
  }

  void upgrade(String... values) throws Exception {
    await(helm(Stream.concat(Stream.of("upgrade"), set(values))));
  }

  private static Stream<String> set(String... values) {
    return Stream.concat(
        Stream.of("sluice", "../helm/sluice"),
        Arrays.stream(values).map(value -> "--set=" + value));
  }

  /** Begins an uninstall; returns once its hook waits to be done. */
  Process beginUninstall() throws IOException {
    Process uninstall = helm(Stream.of("uninstall", "sluice", "--timeout=120s"));
    Await.until(
        BOUND, "the hook is there", () -> !find("job", "sluice-retire", "{.kind}").isEmpty());
    return uninstall;
  }

  private Process helm(Stream<String> arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(helm.toString()));
    arguments.forEach(words::add);
    words.addAll(List.of("--namespace=" + NAMESPACE, "--kubeconfig=" + kubeconfig()));
    ProcessBuilder process = new ProcessBuilder(words).redirectErrorStream(true);
    process.redirectOutput(folder.resolve("helm.out").toFile());
    process.environment().put("HOME", folder.toString());
    return process.start();
  }

  private void await(Process process) throws Exception {
    int code = process.waitFor();
    assertThat(code).as(Files.readString(folder.resolve("helm.out"))).isZero();
  }

  void applyObjects() throws IOException {
    Path objects = Files.writeString(folder.resolve("objects.yaml"), OBJECTS);
    kubectl.run("apply", "--server-side", "-f", objects.toString());
  }

  /** Waits until Sluice has written all that it leaves. */
  void awaitMarks() {
    Await.until(BOUND, "all is written", () -> marks().size() == MARKS.length);
  }

  /** Those that are there. */
  List<String> marks() {
    return Arrays.stream(MARKS)
        .filter(
            mark -> {
              String[] words = mark.split(" ", 3);
              return !find(words[0], words[1], words[2]).isEmpty();
            })
        .toList();
  }

  /** Asks for a fleet of the router's, and waits until Sluice has made it. */
  void awaitFleet() {
    kubectl.run("annotate", "modelrouter", "chat", "sluice.dev/manage-fleet=true");
    Await.until(BOUND, "the fleet is there", () -> fleet().size() == 4);
  }

  /** The objects of the router's fleet. */
  List<String> fleet() {
    return kubectl
        .run(
            "get",
            "configmap,service,pdb,deployment",
            "--selector=app.kubernetes.io/component=envoy-fleet",
            "--output=name")
        .lines()
        .toList();
  }

  /** What the release may do in all namespaces. */
  List<String> clusterRights() {
    return ofTheRelease("clusterrole,clusterrolebinding");
  }

  /** What the release may do in a namespace. */
  List<String> roles() {
    return ofTheRelease("role,rolebinding");
  }

  private List<String> ofTheRelease(String kinds) {
    return kubectl
        .run(
            "get",
            kinds,
            "--all-namespaces",
            "--selector=app.kubernetes.io/instance=sluice",
            "--output=name")
        .lines()
        .toList();
  }

  private String find(String kind, String name, String path) {
    boolean isHome = List.of("lease", "configmap", "job").contains(kind);
    return kubectl.run(
        "get",
        kind,
        name,
        "--namespace=" + (isHome ? NAMESPACE : "default"),
        "--ignore-not-found",
        "-o",
        "jsonpath=" + path);
  }

  /** Runs what the hook's pod would, as its account; returns what it printed. */
  String retire() throws IOException {
    StringWriter out = new StringWriter();
    int code =
        Cli.create(Sluice::start)
            .setOut(new PrintWriter(out))
            .execute(
                Stream.concat(
                        find("job", "sluice-retire", "{.spec.template.spec.containers[0].args[*]}")
                            .lines()
                            .flatMap(line -> Arrays.stream(line.split(" ", -1))),
                        Stream.of("--kubeconfig=" + account("sluice-retire")))
                    .toArray(String[]::new));
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  /** What the Job's controller would write. */
  void reportHookDone() {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    kubectl.run(
        "patch",
        "job",
        "sluice-retire",
        "--namespace=" + NAMESPACE,
        "--subresource=status",
        "--type=merge",
        "-p",
        """
        {"status": {"startTime": "%1$s", "completionTime": "%1$s", "succeeded": 1, "uncountedTerminatedPods": {},
        "conditions": [{"type": "SuccessCriteriaMet", "status": "True", "lastTransitionTime": "%1$s"},
        {"type": "Complete", "status": "True", "lastTransitionTime": "%1$s"}]}}"""
            .formatted(now));
  }

  /** A kubeconfig of an account of the chart, in its namespace. */
  private Path account(String name) throws IOException {
    String token = kubectl.run("-n", NAMESPACE, "create", "token", name).strip();
    Path account = folder.resolve(name);
    Files.writeString(
        account,
        Files.readString(kubeconfig())
            .replaceFirst("token: \"[^\"]*\"", "token: \"" + token + "\""));
    new Kubectl(kubectl.binary(), account)
        .run("config", "set-context", "--current", "--namespace=" + NAMESPACE);
    return account;
  }

  /** Those of a Sluice with the rights of the chart's account, which holds Agents. */
  RunSettings settings(HostPort http) throws IOException {
    return settings(http, ClusterSettings.of(account("sluice")).holdingAgents());
  }

  /** The same, which makes fleets like these. */
  RunSettings settings(HostPort http, FleetSettings like) throws IOException {
    return settings(
        http, ClusterSettings.of(account("sluice")).holdingAgents().managingFleets(like));
  }

  /** Those of one whose page may override verdicts with the token in this file. */
  RunSettings settings(HostPort http, Path overrideToken) throws IOException {
    return TestSettings.of(new Origin.Kubernetes(ClusterSettings.of(account("sluice"))))
        .http(http)
        .overrideToken(overrideToken)
        .build();
  }

  /** The same, which reads this namespace alone, and makes fleets in it. */
  RunSettings settingsWithin(String namespace, HostPort http) throws IOException {
    FleetSettings like =
        FleetSettingsReader.read(
            kubectl.run(
                "get",
                "configmap",
                "sluice-managed-fleets",
                "--namespace=" + NAMESPACE,
                "--output=jsonpath={.data.fleets\\.yaml}"));
    return settings(
        http,
        new ClusterSettings(
            Optional.of(account("sluice")),
            Optional.of(namespace),
            Optional.empty(),
            true,
            true,
            Optional.of(like)));
  }

  private static RunSettings settings(HostPort http, ClusterSettings cluster) {
    return TestSettings.of(new Origin.Kubernetes(cluster)).http(http).build();
  }

  @Override
  public void close() {
    server.close();
  }
}
