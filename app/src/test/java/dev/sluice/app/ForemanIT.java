package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.Parts;
import dev.sluice.lab.RunningProcess;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
      metadata: {name: qwen}
      spec: {modelRef: qwen}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: llama}
      spec: {modelRef: llama}
      """;

  private static final String NODE =
      """
      apiVersion: foreman.llmkube.dev/v1alpha1
      kind: FleetNode
      metadata: {name: @NAME@}
      spec: {nodeName: @NAME@, roles: [worker]}
      """;

  @TempDir private Path folder;
  private final HostPort webhook = TestSettings.loopback();
  private Path operator;
  private ClusterScene scene;
  private Kubectl kubectl;

  @BeforeEach
  void setUp() {
    Optional<Path> crds = Parts.crds();
    Optional<Path> foreman = Parts.foremanOperator();
    assumeTrue(
        foreman.isPresent() && crds.isPresent(),
        "FOREMAN_OPERATOR_BIN and SLUICE_CRDS aren't set (expected: Foreman's operator, and a folder"
            + " with LLMKube's and Foreman's CRDs)");
    operator = foreman.get();
    scene = ClusterScene.start(folder);
    kubectl = scene.kubectl();
    scene.declareKinds(crds);
    scene.apply(SERVICES);
    scene.apply(agent("coder", "qwen", IN_PROCESS) + agent("writer", "llama", IN_PROCESS));
    NODES.forEach(node -> scene.apply(NODE.replace("@NAME@", node)));
  }

  @AfterEach
  void tearDown() {
    // Null where the test is skipped.
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void tasksOfAHeldAgentWaitAndOthersGoAndForemanReportsNoError() throws Exception {
    scene.started(Sluice.start(holding()));
    breach("Agent hold", () -> !heldBy().isEmpty());

    assertThat(play("Agent hold")).isEmpty();
  }

  @Test
  void tasksOfAHeldAgentThatRunsJobsWaitAndForemanReportsNoError() throws Exception {
    agentsRunJobs();
    scene.started(Sluice.start(holding()));
    breach("Agent hold", () -> !heldBy().isEmpty());

    assertThat(play("Agent hold of Jobs")).isEmpty();
  }

  @Test
  void tasksThatTheWebhookRefusesWaitAndOthersGoAndForemanReportsNoError() throws Exception {
    Sluice _ = startAsked();
    scene.apply(task("probe", "coder"));
    breach("admission", this::isProbeRefused);
    kubectl.run("delete", "agentictask", "probe");

    assertThat(play("admission")).isEmpty();
  }

  /** No node is reserved for a Job: what is refused is the task's own status, an error to it. */
  @Test
  void tasksThatRunAsJobsWaitForTheWebhookTooAndForemanSaysSoWhenItTries() throws Exception {
    agentsRunJobs();
    Sluice _ = startAsked();
    breach("admission of Jobs", this::isJobRefused);

    assertThat(play("admission of Jobs")).allMatch(line -> line.contains("is Breached since"));
  }

  @Test
  void aWebhookThatIsAwayHoldsNothing() throws Exception {
    Sluice sluice = startAsked();
    scene.apply(task("probe", "coder"));
    breach("admission", this::isProbeRefused);
    kubectl.run("delete", "agentictask", "probe");
    sluice.close();

    startForeman();
    scene.apply(tasks());

    Await.until(
        BOUND, "all tasks are done", () -> succeeded("code") + succeeded("letter") == 2 * TASKS);
    assertThat(errors()).isEmpty();
  }

  @Test
  void foremanAloneReportsTheSameConflictsAfterATasksEnd() throws Exception {
    startForeman();
    scene.apply(tasks());

    Await.until(
        BOUND, "all tasks are done", () -> succeeded("code") + succeeded("letter") == 2 * TASKS);
    System.out.printf(
        "foreman, without Sluice: %d lines of \"%s\"%n",
        Files.readString(log()).split(AFTER_THE_END, -1).length - 1, AFTER_THE_END);
    assertThat(errors()).isEmpty();
  }

  /** Foreman with the patch asks over gRPC: nothing is written, and no webhook is there. */
  @Test
  void tasksThatForemanItselfAsksAboutWaitAndOthersGoAndForemanReportsNoError() throws Exception {
    Optional<Path> gated = Parts.gatedForemanOperator();
    assumeTrue(
        gated.isPresent(),
        "FOREMAN_GATED_OPERATOR_BIN isn't set (expected: Foreman's operator with"
            + " foreman-bridge/go/foreman.patch)");
    operator = gated.get();
    RunSettings settings = scene.settings();
    Sluice _ = scene.started(Sluice.start(settings));
    breach(
        "gRPC",
        () -> service("{.status.conditions[?(@.type=='SLOBreached')].status}").equals("True"));

    assertThat(play("gRPC", "--dispatch-gate-address=" + settings.grpc())).isEmpty();
    assertThat(heldBy()).isEmpty();
  }

  private String service(String path) {
    return kubectl.run("get", "inferenceservice", "qwen", "-o", "jsonpath=" + path);
  }

  private RunSettings holding() {
    return scene.settings(ClusterSettings.of(scene.kubeconfig()).holdingAgents());
  }

  /** Has the service breached, and awaits what shows that its work is held. */
  private void breach(String way, BooleanSupplier isHeld) {
    Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    long declared = System.nanoTime();
    kubectl.run(
        "annotate",
        "inferenceservice",
        "qwen",
        "sluice.dev/override=Breached",
        "sluice.dev/override-until=" + tomorrow);
    Await.until(BOUND, "work is held", isHeld);
    System.out.printf(
        Locale.ROOT,
        "foreman, by %s: work is held %.1f s after the breach was declared%n",
        way,
        Duration.ofNanos(System.nanoTime() - declared).toMillis() / 1000.0);
  }

  private void agentsRunJobs() {
    scene.apply(agent("coder", "qwen", JOB) + agent("writer", "llama", JOB));
  }

  /** Sluice, and an API server that asks it. */
  private Sluice startAsked() throws Exception {
    StringWriter configuration = new StringWriter();
    int exit =
        Cli.create(Sluice::start)
            .setOut(new PrintWriter(configuration))
            .execute("webhook-configuration", "--url", "https://" + webhook);
    assertThat(exit).isZero();
    scene.apply(configuration.toString());
    return scene.started(
        Sluice.start(scene.settings(new WebhookSettings(webhook, Optional.empty()))));
  }

  /** Tries what Foreman is about to write of a Job's task. */
  private boolean isJobRefused() {
    try {
      scene.apply(task("probe", "coder"));
      kubectl.run(
          "patch",
          "agentictask",
          "probe",
          "--subresource=status",
          "--type=merge",
          "-p",
          "{\"status\": {\"phase\": \"Scheduled\", \"assignedNode\": \"node-a\"}}");
      return false;
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
  private List<String> play(String way, String... flags) throws Exception {
    startForeman(flags);
    scene.apply(tasks());

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

  private void startForeman(String... flags) {
    List<String> command =
        new ArrayList<>(
            List.of(
                operator.toString(),
                "--kubeconfig=" + scene.kubeconfig(),
                "--metrics-bind-address=127.0.0.1:" + FreePorts.pick(),
                "--health-probe-bind-address=127.0.0.1:" + FreePorts.pick(),
                "--enable-webhooks=false"));
    command.addAll(List.of(flags));
    scene.started(FakeForemanAgents.start(kubectl, NODES));
    scene.started(RunningProcess.start("foreman", command, log()));
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
}
