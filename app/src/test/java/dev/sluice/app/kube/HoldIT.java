package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.Cli;
import dev.sluice.lab.Await;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.model.ServiceRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents held in a real API server, with a stand-in for Foreman's scheduler. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class HoldIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  private static final ServiceRef LLAMA = new ServiceRef("default", "llama");

  @TempDir static Path folder;

  private static final Deque<AutoCloseable> STARTED = new ArrayDeque<>();
  private static KubeApiServer server;
  private static KubernetesClient client;

  private final ScriptedFeed feed = new ScriptedFeed();
  private SimpleMeterRegistry registry;

  @BeforeAll
  static void setUp() {
    server = KubeApiServer.start(KubeLab.binaries(), folder);
    STARTED.push(server);
    client = KubeLab.client(server);
    STARTED.push(client);
    KubeLab.apply(client, "/kube/foreman-crds.yaml");
    KubeLab.installWithoutPyrra(client);
    create(KubeLab.service("qwen", "vllm"));
    create(KubeLab.service("llama", "vllm"));
  }

  @AfterAll
  static void tearDown() throws Exception {
    while (!STARTED.isEmpty()) {
      STARTED.pop().close();
    }
  }

  @BeforeEach
  void bothServicesAreFine() {
    recover(QWEN);
    recover(LLAMA);
    create(agent("coder", "inferenceServiceRef: {name: qwen}"));
  }

  @AfterEach
  void noAgentIsLeft() {
    KubeLab.objects(client, WatchedKind.AGENT).delete();
    Await.until(BOUND, "no Agent is left", () -> KubeLab.all(client, WatchedKind.AGENT).isEmpty());
  }

  private static void create(String yaml) {
    GenericKubernetesResource object = KubeLab.object(yaml);
    KubeLab.objects(client, KubeLab.kind(object)).resource(object).create();
  }

  private static String agent(String name, String spec) {
    return """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: %s, namespace: default}
        spec: {role: worker, %s}
        """
        .formatted(name, spec);
  }

  private static String task(String name, String agent) {
    return """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: %s, namespace: default}
        spec: {kind: freeform, agentRef: {name: %s}}
        """
        .formatted(name, agent);
  }

  private Cluster sluice(boolean holdsAgents) {
    registry = new SimpleMeterRegistry();
    ClusterSettings all = ClusterSettings.of(server.kubeconfig());
    Cluster cluster =
        Cluster.open(
            holdsAgents ? all.holdingAgents() : all,
            feed,
            new FleetScene().reports(),
            registry,
            InstantSource.system());
    cluster.start(_ -> {});
    return cluster;
  }

  private void breach(ServiceRef service) {
    feed.say(service, ScriptedFeed.breached(NOON, "m5x-" + service.name(), 20));
  }

  private void recover(ServiceRef service) {
    feed.say(service, ScriptedFeed.withinBudget(NOON, "m6x-" + service.name()));
  }

  private static Resource<GenericKubernetesResource> agent(String name) {
    return KubeLab.objects(client, WatchedKind.AGENT).withName(name);
  }

  private static KubeAgent read(String name) {
    return KubeAgent.of(KubeObjectReader.read(WatchedKind.AGENT, agent(name).require()));
  }

  private static void patch(String name, String patch) {
    agent(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static void awaitHeld(String name, String by) {
    Await.until(BOUND, name + " is held", () -> read(name).heldBy().equals(Optional.of(by)));
  }

  private static void awaitReleased(String name) {
    Await.until(
        BOUND,
        name + " is released",
        () -> read(name).heldBy().isEmpty() && read(name).heldUntil().isEmpty());
  }

  private double writes(String action) {
    return registry.get("sluice.hold.writes").tag("action", action).counter().count();
  }

  @Test
  void tasksOfABreachedServiceWaitWhileOthersFinishAndGoOnWhenItHasRecovered() {
    create(agent("writer", "inferenceServiceRef: {name: llama}"));
    for (int node = 0; node < 5; node++) {
      StandInScheduler.createNode(client, "node-" + node);
    }
    try (Cluster _ = sluice(true);
        StandInScheduler _ = StandInScheduler.start(client)) {
      breach(QWEN);
      awaitHeld("coder", "m5x-qwen");
      for (int number = 0; number < 50; number++) {
        create(task("task-" + number, number % 2 == 0 ? "coder" : "writer"));
      }
      awaitTasks("writer", "Succeeded");
      assertThat(StandInScheduler.count(client, "coder", "Pending")).isEqualTo(25);

      recover(QWEN);
      awaitTasks("coder", "Succeeded");
    }

    assertThat(read("coder").heldBy()).isEmpty();
    assertThat(writes("hold")).isEqualTo(1);
    assertThat(writes("release")).isEqualTo(1);
    assertThat(events("coder")).containsExactlyInAnyOrder("SLOHeld", "SLOReleased");
    assertThat(events("writer")).isEmpty();
  }

  private static void awaitTasks(String agent, String phase) {
    Await.until(
        BOUND,
        "25 tasks of " + agent + " are " + phase,
        () -> StandInScheduler.count(client, agent, phase) == 25);
  }

  private static List<String> events(String agent) {
    return client.v1().events().inNamespace("default").list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getKind().equals("Agent"))
        .filter(event -> event.getInvolvedObject().getName().equals(agent))
        .filter(
            event ->
                event
                    .getInvolvedObject()
                    .getUid()
                    .equals(agent(agent).require().getMetadata().getUid()))
        .map(event -> event.getReason())
        .toList();
  }

  @Test
  void everyAgentOfABreachedServiceIsHeldAndWhatOthersWroteStays() {
    String selector = "requiredCapability: {minRAMGB: 8, nodeSelector: {zone: a}}";
    create(agent("tester", "inferenceServiceRef: {name: qwen}, " + selector));
    Object before = specOf("tester");
    Object coderBefore = specOf("coder");
    try (Cluster _ = sluice(true)) {
      breach(QWEN);
      awaitHeld("coder", "m5x-qwen");
      awaitHeld("tester", "m5x-qwen");
      patch("tester", "{\"spec\": {\"role\": \"tester\"}}");
      recover(QWEN);
      awaitReleased("coder");
      awaitReleased("tester");
    }

    patch("tester", "{\"spec\": {\"role\": \"worker\"}}");
    assertThat(specOf("tester")).isEqualTo(before);
    assertThat(specOf("coder")).isEqualTo(coderBefore);
  }

  private static Object specOf(String agent) {
    return Fields.of(agent(agent).require()).value("spec").orElseThrow();
  }

  @Test
  void aHoldOutlivesSluiceAndTheNextOneEndsIt() {
    try (Cluster _ = sluice(true)) {
      breach(QWEN);
      awaitHeld("coder", "m5x-qwen");
    }
    assertThat(read("coder").heldBy()).isPresent();
    recover(QWEN);

    try (Cluster _ = sluice(true)) {
      awaitReleased("coder");
    }
  }

  @Test
  void aSluiceThatHoldsNobodyEndsTheHoldsOfOneThatDid() {
    breach(QWEN);
    try (Cluster _ = sluice(true)) {
      awaitHeld("coder", "m5x-qwen");
    }

    try (Cluster _ = sluice(false)) {
      awaitReleased("coder");
    }
  }

  @Test
  void aLabelThatSomeoneTakesAwayIsPutBackUnlessTheAgentOptsOut() {
    breach(QWEN);
    try (Cluster _ = sluice(true)) {
      awaitHeld("coder", "m5x-qwen");
      patch(
          "coder",
          "{\"spec\": {\"requiredCapability\": {\"nodeSelector\": {\"sluice.dev/held-by\": null}}}}");
      awaitHeld("coder", "m5x-qwen");

      patch("coder", "{\"metadata\": {\"annotations\": {\"sluice.dev/hold\": \"false\"}}}");
      awaitReleased("coder");
    }
  }

  @Test
  void aLabelThatSomeoneElseOwnsIsLeftAlone() {
    try (Cluster _ = sluice(true)) {
      breach(QWEN);
      awaitHeld("coder", "m5x-qwen");
      patch(
          "coder",
          "{\"spec\": {\"requiredCapability\": {\"nodeSelector\": {\"sluice.dev/held-by\": \"ops\"}}}}");
      recover(QWEN);
      Await.until(BOUND, "our part is gone", () -> read("coder").heldUntil().isEmpty());
    }

    assertThat(read("coder").heldBy()).contains("ops");
    assertThat(sluice("release", "--all"))
        .containsExactly(
            "1",
            "Agent default/coder: unchanged: someone else holds it, as ops (expected: whoever wrote"
                + " the label takes it off)");
  }

  @Test
  void anAgentThatIsPointedAtAnotherServiceOrAtNoneIsReleased() {
    try (Cluster _ = sluice(true)) {
      breach(QWEN);
      awaitHeld("coder", "m5x-qwen");
      patch("coder", "{\"spec\": {\"inferenceServiceRef\": {\"name\": \"llama\"}}}");
      awaitReleased("coder");
      patch("coder", "{\"spec\": {\"inferenceServiceRef\": {\"name\": \"qwen\"}}}");
      awaitHeld("coder", "m5x-qwen");
      patch("coder", "{\"spec\": {\"inferenceServiceRef\": null}}");
      awaitReleased("coder");
    }
  }

  @Test
  void anAgentThatCallsAnAddressIsHeldWithTheServiceBehindIt() {
    client
        .resource(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: qwen
              namespace: default
              labels: {inference.llmkube.dev/service: qwen}
            spec: {ports: [{port: 8080}]}
            """)
        .create();
    create(
        agent(
            "proxy",
            "provider: cloud-proxy,"
                + " providerConfig: {baseURL: \"http://qwen.default.svc.cluster.local:8080/v1\"}"));
    create(
        agent(
            "cloud",
            "provider: cloud-proxy, providerConfig: {baseURL: \"https://api.example.com/v1\"}"));
    String untouched = version("cloud");
    try (Cluster _ = sluice(true)) {
      breach(QWEN);
      awaitHeld("proxy", "m5x-qwen");
      awaitHeld("coder", "m5x-qwen");
      recover(QWEN);
      awaitReleased("proxy");
    }
    assertThat(version("cloud")).isEqualTo(untouched);
    assertThat(events("cloud")).isEmpty();
  }

  private static String version(String agent) {
    return agent(agent).require().getMetadata().getResourceVersion();
  }

  @Test
  void anAgentThatIsDeletedWhileHeldIsNotMadeAgain() {
    KubeObject gone;
    try (Cluster _ = sluice(true)) {
      breach(QWEN);
      awaitHeld("coder", "m5x-qwen");
      gone = read("coder").object();
      agent("coder").delete();
      Await.until(
          BOUND,
          "it is counted no longer",
          () -> registry.find("sluice.agent.held").gauge() == null);
    }
    HoldWriter writer = new KubeHoldWriter(client);

    assertThat(writer.release(gone)).isInstanceOf(StatusWriter.Outcome.Refused.class);
    assertThat(writer.hold(gone, "m5x", NOON)).isInstanceOf(StatusWriter.Outcome.Refused.class);
    assertThat(agent("coder").get()).isNull();
  }

  @Test
  void aHoldByHandStaysUntilItIsReleasedByHandOrOver() {
    assertThat(sluice("hold", "default/coder", "--for", "2h").getFirst()).isEqualTo("0");
    try (Cluster _ = sluice(true)) {
      breach(LLAMA);
      create(agent("writer", "inferenceServiceRef: {name: llama}"));
      awaitHeld("writer", "m5x-llama");
      assertThat(read("coder").heldBy()).contains(HoldPlan.MANUAL);

      assertThat(sluice("hold", "default/coder", "--for", "1s").getFirst()).isEqualTo("0");
      awaitReleased("coder");
    }
    assertThat(sluice("release", "default/coder"))
        .containsExactly("0", "Agent default/coder: wasn't held");
    assertThat(sluice("release", "--all")).containsExactly("0", "Agent default/writer: released");
    assertThat(sluice("release", "--all")).containsExactly("0", "no Agent is held");
    assertThat(sluice("hold", "default/nobody"))
        .containsExactly("1", "Agent default/nobody: unchanged: there is no such Agent");
  }

  /** The exit code, then the lines of a command. */
  private static List<String> sluice(String... command) {
    StringWriter out = new StringWriter();
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--kubeconfig", server.kubeconfig().toString()));
    int exit =
        Cli.create(
                _ -> {
                  throw new AssertionError("these commands run nothing");
                })
            .setOut(new PrintWriter(out))
            .execute(words.toArray(String[]::new));
    List<String> said = new ArrayList<>(List.of(String.valueOf(exit)));
    said.addAll(out.toString().lines().toList());
    return said;
  }
}
