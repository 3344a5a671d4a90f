package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.Parts;
import dev.sluice.lab.RunningProcess;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Foreman's own scheduler, unmodified, in a real API server: five nodes and fifty tasks of two
 * Agents, of which one's service is breached. Needs {@code FOREMAN_OPERATOR_BIN} and {@code
 * SLUICE_CRDS}.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the rest
class ForemanIT {

  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final int TASKS = 25;

  /** A conflict when a task has ended, without Sluice as well; Foreman tries again. */
  private static final String AFTER_THE_END = "failed to release node reservation on terminal task";

  private static final String IN_PROCESS = "InProcess";
  private static final String JOB = "Job";

  private static final List<String> NODES =
      List.of("node-a", "node-b", "node-c", "node-d", "node-e");
  private static final String SERVICES =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata:
        name: qwen
        annotations: {sluice.dev/override: Breached, sluice.dev/override-until: "UNTIL"}
      spec: {modelRef: qwen}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: llama}
      spec: {modelRef: llama}
      """;

  @TempDir private Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final HostPort webhook = loopback();
  private Path operator;
  private KubeApiServer server;
  private Kubectl kubectl;

  @BeforeEach
  void setUp() throws IOException {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> kubectlBinary = Parts.kubectl();
    Optional<Path> crds = Parts.crds();
    Optional<Path> foreman = Parts.foremanOperator();
    assumeTrue(
        foreman.isPresent() && crds.isPresent(),
        "FOREMAN_OPERATOR_BIN and SLUICE_CRDS aren't set (expected: Foreman's operator, and a folder"
            + " with LLMKube's and Foreman's CRDs)");
    assumeTrue(
        binaries.isPresent() && kubectlBinary.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD and SLUICE_KUBECTL aren't set (expected: the binaries)");
    operator = foreman.get();
    server = started(KubeApiServer.start(binaries.get(), folder.resolve("kube")));
    kubectl = new Kubectl(kubectlBinary.get(), server.kubeconfig());
    kubectl.run("apply", "--server-side", "-f", "../helm/sluice/crds");
    kubectl.run("apply", "--server-side", "-f", crds.get().toString());
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    apply(SERVICES.replace("UNTIL", tomorrow.toString()));
    apply(agent("coder", "qwen", IN_PROCESS) + agent("writer", "llama", IN_PROCESS));
    for (String node : NODES) {
      apply(
          """
          apiVersion: foreman.llmkube.dev/v1alpha1
          kind: FleetNode
          metadata: {name: %1$s}
          spec: {nodeName: %1$s, roles: [worker]}
          """
              .formatted(node));
    }
  }

  @AfterEach
  void tearDown() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  private <T extends AutoCloseable> T started(T part) {
    running.push(part);
    return part;
  }

  @Test
  void tasksOfAHeldAgentWaitAndOthersGoAndForemanReportsNoError() throws Exception {
    started(Sluice.start(settings(ClusterSettings.of(server.kubeconfig()).holdingAgents())));
    Await.until(BOUND, "the Agent is held", () -> !heldBy().isEmpty());

    assertThat(play("Agent hold")).isEmpty();
  }

  @Test
  void tasksOfAHeldAgentThatRunsJobsWaitAndForemanReportsNoError() throws Exception {
    agentsRunJobs();
    started(Sluice.start(settings(ClusterSettings.of(server.kubeconfig()).holdingAgents())));
    Await.until(BOUND, "the Agent is held", () -> !heldBy().isEmpty());

    assertThat(play("Agent hold of Jobs")).isEmpty();
  }

  @Test
  void tasksThatTheWebhookRefusesWaitAndOthersGoAndForemanReportsNoError() throws Exception {
    Sluice _ = startAsked();
    apply(task("probe", "coder"));
    Await.until(BOUND, "the API server asks", this::isProbeRefused);
    kubectl.run("delete", "agentictask", "probe");

    assertThat(play("admission")).isEmpty();
  }

  /** No node is reserved for a Job: what is refused is the task's own status, an error to it. */
  @Test
  void tasksThatRunAsJobsWaitForTheWebhookTooAndForemanSaysSoWhenItTries() throws Exception {
    agentsRunJobs();
    Sluice _ = startAsked();
    Await.until(BOUND, "the API server asks", this::isJobRefused);

    assertThat(play("admission of Jobs")).allMatch(line -> line.contains("is Breached since"));
  }

  @Test
  void aWebhookThatIsAwayHoldsNothing() throws Exception {
    Sluice sluice = startAsked();
    apply(task("probe", "coder"));
    Await.until(BOUND, "the API server asks", this::isProbeRefused);
    kubectl.run("delete", "agentictask", "probe");
    sluice.close();

    startForeman();
    apply(tasks());

    Await.until(
        BOUND, "all tasks are done", () -> succeeded("code") + succeeded("letter") == 2 * TASKS);
    assertThat(errors()).isEmpty();
  }

  @Test
  void foremanAloneReportsTheSameConflictsAfterATasksEnd() throws Exception {
    startForeman();
    apply(tasks());

    Await.until(
        BOUND, "all tasks are done", () -> succeeded("code") + succeeded("letter") == 2 * TASKS);
    System.out.printf(
        "foreman, without Sluice: %d lines of \"%s\"%n",
        Files.readString(log()).split(AFTER_THE_END, -1).length - 1, AFTER_THE_END);
    assertThat(errors()).isEmpty();
  }

  private void agentsRunJobs() throws IOException {
    apply(agent("coder", "qwen", JOB) + agent("writer", "llama", JOB));
  }

  /** Sluice, and an API server that asks it. */
  private Sluice startAsked() throws Exception {
    StringWriter configuration = new StringWriter();
    int exit =
        Cli.create(Sluice::start)
            .setOut(new PrintWriter(configuration))
            .execute("webhook-configuration", "--url", "https://" + webhook);
    assertThat(exit).isZero();
    apply(configuration.toString());
    return started(
        Sluice.start(
            settings(ClusterSettings.of(server.kubeconfig()))
                .with(new WebhookSettings(webhook, Optional.empty()))));
  }

  /** Tries what Foreman is about to write of a Job's task. */
  private boolean isJobRefused() {
    try {
      apply(task("probe", "coder"));
      kubectl.run(
          "patch",
          "agentictask",
          "probe",
          "--subresource=status",
          "--type=merge",
          "-p",
          "{\"status\": {\"phase\": \"Scheduled\", \"assignedNode\": \"node-a\"}}");
      return false;
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    } catch (IllegalStateException refused) {
      return true;
    } finally {
      kubectl.run("delete", "agentictask", "probe");
    }
  }

  private boolean isProbeRefused() {
    try {
      patchNode("\"default/probe\"");
      patchNode("null");
      return false;
    } catch (IllegalStateException refused) {
      return true;
    }
  }

  private void patchNode(String task) {
    kubectl.run(
        "patch",
        "fleetnode",
        NODES.getFirst(),
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"currentTask\": " + task + "}}");
  }

  /** Plays the breach and its end; gives back Foreman's error lines. */
  private List<String> play(String way) throws Exception {
    startForeman();
    apply(tasks());

    Await.until(BOUND, "the other service's tasks are done", () -> succeeded("letter") == TASKS);
    assertThat(succeeded("code")).isZero();
    assertThat(phases("code")).doesNotContain("Scheduled").doesNotContain("Running");

    long healed = System.nanoTime();
    kubectl.run(
        "annotate",
        "inferenceservice",
        "qwen",
        "sluice.dev/override-",
        "sluice.dev/override-until-");
    Await.until(BOUND, "one is dispatched", () -> !phases("code").replace("Pending", "").isBlank());
    Duration first = Duration.ofNanos(System.nanoTime() - healed);
    Await.until(BOUND, "all are done", () -> succeeded("code") == TASKS);

    List<String> errors = errors();
    System.out.printf(
        Locale.ROOT,
        "foreman, by %s: %d tasks waited, the first went %.1f s after the recovery; %d error lines%n",
        way,
        TASKS,
        first.toMillis() / 1000.0,
        errors.size());
    return errors;
  }

  private void startForeman() {
    started(FakeForemanAgents.start(kubectl, NODES));
    started(
        RunningProcess.start(
            "foreman",
            List.of(
                operator.toString(),
                "--kubeconfig=" + server.kubeconfig(),
                "--metrics-bind-address=127.0.0.1:" + FreePorts.pick(),
                "--health-probe-bind-address=127.0.0.1:" + FreePorts.pick(),
                "--enable-webhooks=false"),
            log()));
  }

  private Path log() {
    return folder.resolve("foreman.log");
  }

  private List<String> errors() throws IOException {
    return Files.readString(log())
        .lines()
        .filter(line -> line.contains("ERROR"))
        .filter(line -> !line.contains(AFTER_THE_END))
        .toList();
  }

  private static String tasks() {
    StringBuilder tasks = new StringBuilder();
    for (int index = 0; index < TASKS; index++) {
      tasks.append(task("code-" + index, "coder")).append(task("letter-" + index, "writer"));
    }
    return tasks.toString();
  }

  private int succeeded(String prefix) {
    return phases(prefix).split("Succeeded", -1).length - 1;
  }

  /** The phases of the tasks whose names begin so, one after the other. */
  private String phases(String prefix) {
    return kubectl.run(
        "get", "agentictasks", "-l", "of=" + prefix, "-o", "jsonpath={.items[*].status.phase}");
  }

  private String heldBy() {
    return kubectl.run(
        "get",
        "agent",
        "coder",
        "-o",
        "jsonpath={.spec.requiredCapability.nodeSelector.sluice\\.dev/held-by}");
  }

  private static String agent(String name, String service, String mode) {
    return """
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: %s}
        spec:
          role: coder
          inferenceServiceRef: {name: %s}
          systemPrompt: "You write."
          tools: [submit_result]
          execution: {mode: %s}
          requiredCapability: {roles: [worker], accelerator: any}
        """
        .formatted(name, service, mode);
  }

  private static String task(String name, String agent) {
    int dash = name.indexOf('-');
    return """
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: %s, labels: {of: %s}}
        spec:
          kind: freeform
          agentRef: {name: %s}
          payload: {prompt: x}
        """
        .formatted(name, dash < 0 ? name : name.substring(0, dash), agent);
  }

  private RunSettings settings(ClusterSettings cluster) {
    return new RunSettings(
        new Origin.Kubernetes(cluster),
        PrometheusSettings.of(URI.create("http://127.0.0.1:" + FreePorts.pick())),
        loopback(),
        loopback(),
        loopback(),
        Optional.empty(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Optional.empty(),
        100);
  }

  private void apply(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("apply.yaml"), yaml);
    kubectl.run("apply", "--server-side", "-f", file.toString());
  }

  private static HostPort loopback() {
    return new HostPort("127.0.0.1", FreePorts.pick());
  }
}
