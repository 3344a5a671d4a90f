package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.Event;
import dev.sluice.app.manifests.World;
import dev.sluice.lab.Await;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.model.ServiceRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** On a real API server: what only its merging, its watches and its restarts can show. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class ClusterIT {

  private static final Logger log = LoggerFactory.getLogger(ClusterIT.class);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir static Path folder;

  private static final Deque<AutoCloseable> STARTED = new ArrayDeque<>();
  private static KubeApiServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void setUp() {
    server = KubeApiServer.start(KubeLab.binaries(), folder);
    STARTED.push(server);
    client = KubeLab.client(server);
    STARTED.push(client);
    KubeLab.installWithoutPyrra(client);
  }

  @AfterAll
  static void tearDown() throws Exception {
    while (!STARTED.isEmpty()) {
      STARTED.pop().close();
    }
  }

  /** Sluice's side of the cluster, with verdicts that the test says. */
  private record Session(
      Cluster cluster,
      ScriptedFeed feed,
      SimpleMeterRegistry registry,
      AtomicReference<World> world)
      implements AutoCloseable {

    static Session open() {
      ScriptedFeed feed = new ScriptedFeed();
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      AtomicReference<World> world = new AtomicReference<>(World.EMPTY);
      Cluster cluster =
          Cluster.open(
              ClusterSettings.of(server.kubeconfig()),
              feed,
              new FleetScene().reports(),
              registry,
              InstantSource.system());
      cluster.start(
          event -> {
            if (event instanceof Event.WorldChanged(World read)) {
              world.set(read);
            }
          });
      return new Session(cluster, feed, registry, world);
    }

    boolean knows(ServiceRef service) {
      return world.get().declarations().services().stream()
          .anyMatch(declared -> declared.ref().equals(service));
    }

    double writes(String cause) {
      return registry.get("sluice.status.writes").tag("cause", cause).counter().count();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @Test
  void aVerdictIsShownOnceAndATransitionIsAnEvent() {
    ServiceRef service = create("shown");
    createSlo("shown");
    try (Session session = Session.open()) {
      session.feed().say(service, ScriptedFeed.withinBudget(NOON, "d1"));
      awaitCondition(service, "False");
      Await.until(BOUND, "InferenceSLO says d1", () -> saysDecision("shown", "d1"));

      session.feed().say(service, ScriptedFeed.breached(NOON.plusSeconds(60), "d2", 14.4));
      awaitCondition(service, "True");
      session.feed().say(service, ScriptedFeed.breached(NOON.plusSeconds(60), "d2", 20));
      Await.until(BOUND, "Event of d2", () -> eventReason("shown.d2").equals("SLOBreached"));
      Await.until(BOUND, "InferenceSLO says d2", () -> saysDecision("shown", "d2"));
      Fields slo = Fields.of(get(WatchedKind.INFERENCE_SLO, "shown")).at("status");

      assertThat(condition(service).text("reason")).contains("Breached");
      assertThat(condition(service).text("lastTransitionTime")).contains("2026-01-01T12:01:00Z");
      assertThat(condition(service).text("observedGeneration")).contains("1");
      assertThat(slo.text("state")).contains("Breached");
      assertThat(session.writes("transition")).isEqualTo(4);
      assertThat(session.writes("reassert")).isZero();
    }
  }

  @Test
  void aWriterThatReplacesTheConditionsCostsOneWriteEachTime() {
    fightOver("fought-over", 10);
  }

  @Test
  @Tag("soak")
  void aWriterThatReplacesTheConditionsForAMinuteCostsOneWriteEachTime() {
    fightOver("fought-over-long", 60);
  }

  private static void fightOver(String name, int rounds) {
    ServiceRef service = create(name);
    Duration every = Duration.ofSeconds(1);
    Duration longest = Duration.ZERO;
    try (Session session = Session.open()) {
      session.feed().say(service, ScriptedFeed.breached(NOON, "d1", 14.4));
      awaitCondition(service, "True");

      for (int round = 0; round < rounds; round++) {
        long start = System.nanoTime();
        replaceConditions(service, round);
        awaitCondition(service, "True");
        Duration away = Duration.ofNanos(System.nanoTime() - start);
        longest = away.compareTo(longest) > 0 ? away : longest;
        Await.until(BOUND, "second over", () -> System.nanoTime() - start >= every.toNanos());
      }

      // A write is counted once it is answered, and may be seen before.
      Await.until(BOUND, "every write is counted", () -> session.writes("reassert") >= rounds);
      log.info(
          "msg=fought-over rounds={} longest={} writes={}",
          rounds,
          longest,
          session.writes("reassert"));
      assertThat(longest).isLessThan(Duration.ofSeconds(2));
      assertThat(session.writes("reassert")).isBetween((double) rounds, rounds + 2.0);
      assertThat(others(service)).contains("Available");
    }
  }

  @Test
  void anApiServerThatComesBackIsReadAndCaughtUp() {
    ServiceRef before = create("before-restart");
    try (Session session = Session.open()) {
      Await.until(BOUND, "world is read", () -> session.knows(before));

      server.kill9();
      session.feed().say(before, ScriptedFeed.breached(NOON, "d1", 14.4));
      server.startAgain();
      long back = System.nanoTime();
      ServiceRef after = create("after-restart");

      awaitCondition(before, "True");
      Duration written = Duration.ofNanos(System.nanoTime() - back);
      Await.until(BOUND, "the new service is seen", () -> session.knows(after));
      Duration seen = Duration.ofNanos(System.nanoTime() - back);
      log.info("msg=caught-up written-after={} seen-after={}", written, seen);
    }
  }

  @Test
  void aKindThatIsInstalledLaterIsPickedUp() {
    create("judged");
    createSlo("judged");
    try (Session session = Session.open()) {
      Await.until(BOUND, "Pyrra is missed", () -> missesPyrra(session));
      Await.until(BOUND, "the InferenceSLO says so", () -> targets("judged", "PyrraMissing"));

      KubeLab.apply(client, "/kube/pyrra-crd.yaml");
      Await.until(
          BOUND,
          "ServiceLevelObjectives are served",
          () -> isServed(WatchedKind.SERVICE_LEVEL_OBJECTIVE));

      Await.until(Duration.ofSeconds(60), "Pyrra is found", () -> !missesPyrra(session));
      Await.until(BOUND, "the targets are measured", () -> targets("judged", "AllMeasured"));
    }
  }

  private static boolean targets(String slo, String reason) {
    return Fields.of(get(WatchedKind.INFERENCE_SLO, slo))
        .at("status")
        .condition("TargetsMeasurable")
        .text("reason")
        .equals(Optional.of(reason));
  }

  private static boolean missesPyrra(Session session) {
    return session.world().get().problems().stream()
        .anyMatch(problem -> problem.object().equals("servicelevelobjectives.pyrra.dev"));
  }

  private static boolean isServed(WatchedKind kind) {
    return client.genericKubernetesResources(kind.context()).inNamespace("default").list() != null;
  }

  private static ServiceRef create(String name) {
    create(WatchedKind.INFERENCE_SERVICE, name, Map.of("modelRef", "qwen"));
    return new ServiceRef("default", name);
  }

  private static void createSlo(String name) {
    create(
        WatchedKind.INFERENCE_SLO,
        name,
        Map.of("targetRef", Map.of("name", name), "ttftP99Ms", 500));
  }

  private static void create(WatchedKind kind, String name, Map<String, Object> spec) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    object.setApiVersion(kind.apiVersion());
    object.setKind(kind.word());
    object.setMetadata(new ObjectMetaBuilder().withNamespace("default").withName(name).build());
    object.setAdditionalProperty("spec", spec);
    client
        .genericKubernetesResources(kind.context())
        .inNamespace("default")
        .resource(object)
        .create();
  }

  private static GenericKubernetesResource get(WatchedKind kind, String name) {
    return client
        .genericKubernetesResources(kind.context())
        .inNamespace("default")
        .withName(name)
        .require();
  }

  private static boolean saysDecision(String slo, String decision) {
    return Fields.of(get(WatchedKind.INFERENCE_SLO, slo))
        .at("status")
        .text("decision")
        .equals(Optional.of(decision));
  }

  private static Fields condition(ServiceRef service) {
    return Fields.of(get(WatchedKind.INFERENCE_SERVICE, service.name()))
        .at("status")
        .condition(StatusPlace.BreachedCondition.TYPE);
  }

  private static String others(ServiceRef service) {
    return String.valueOf(
        Fields.of(get(WatchedKind.INFERENCE_SERVICE, service.name())).at("status").values());
  }

  private static void awaitCondition(ServiceRef service, String status) {
    Await.until(
        BOUND,
        service + " has SLOBreached=" + status,
        () -> condition(service).text("status").equals(Optional.of(status)));
  }

  private static String eventReason(String name) {
    return client.v1().events().inNamespace("default").withName(name).require().getReason();
  }

  /** As LLMKube's SLO reconciler does: a merge patch, which knows no keys in a list. */
  private static void replaceConditions(ServiceRef service, int round) {
    String patch =
        """
        {"status": {"conditions": [{"type": "Available", "status": "True", "reason": "Ready",
        "message": "round %d", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
        """
            .formatted(round);
    client
        .genericKubernetesResources(WatchedKind.INFERENCE_SERVICE.context())
        .inNamespace("default")
        .withName(service.name())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }
}
