package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.lab.kube.KubeApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objectives in a real API server: what only its merging and its refusals can show. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class RenderingIT {

  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir static Path folder;

  private static final Deque<AutoCloseable> STARTED = new ArrayDeque<>();
  private static KubernetesClient client;

  @BeforeAll
  static void setUp() {
    KubeApiServer server = KubeApiServer.start(KubeLab.binaries(), folder);
    STARTED.push(server);
    client = KubeLab.client(server);
    STARTED.push(client);
    KubeLab.install(client);
  }

  @AfterAll
  static void tearDown() throws Exception {
    while (!STARTED.isEmpty()) {
      STARTED.pop().close();
    }
  }

  /** Sluice's side, without verdicts. */
  private static final class Session implements AutoCloseable, KubeListener {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ObjectiveKeeper keeper;
    private final KubernetesSource source;

    Session() {
      KubeMetrics metrics = new KubeMetrics(registry);
      keeper =
          new ObjectiveKeeper(
              new KubeObjectiveWriter(client), metrics, () -> true, InstantSource.system());
      source = new KubernetesSource(client, Optional.empty(), this, keeper::declared, metrics);
      keeper.start();
      source.start(_ -> {});
    }

    double writes() {
      return registry.get("sluice.objective.writes").counters().stream()
          .mapToDouble(counter -> counter.count())
          .sum();
    }

    /** A write can be seen before its answer has come and is counted. */
    double awaitWrites(double atLeast) {
      Await.until(BOUND, atLeast + " writes are counted", () -> writes() >= atLeast);
      return writes();
    }

    @Override
    public void seen(KubeObject object) {}

    @Override
    public void gone(ObjectKey key) {}

    @Override
    public void close() {
      keeper.close();
      source.close();
    }
  }

  @Test
  void threeTargetsAreThreeObjectivesOfTheirInferenceSlo() {
    put(KubeLab.service("three", "vllm"));
    GenericKubernetesResource slo =
        put(
            KubeLab.slo(
                "three", "three", "ttftP99Ms: 300, errorBudget: 0.5%, minThroughputTokS: 40"));
    try (Session session = new Session()) {
      awaitCondition("three", "AllMeasured");

      for (String name : List.of("three-ttft", "three-errors", "three-throughput")) {
        GenericKubernetesResource objective = objective(name).orElseThrow();
        OwnerReference owner = objective.getMetadata().getOwnerReferences().getFirst();
        assertThat(owner.getUid()).isEqualTo(slo.getMetadata().getUid());
        assertThat(owner.getController()).isTrue();
        assertThat(objective.getMetadata().getLabels())
            .containsEntry("app.kubernetes.io/managed-by", "sluice")
            .containsEntry("inference.llmkube.dev/inferenceservice", "three")
            .containsEntry("pyrra.dev/inferenceservice", "three")
            .containsEntry("pyrra.dev/namespace", "default");
        assertThat(spec(objective).text("partial_response_strategy")).contains("");
      }
      assertThat(condition("three").text("status")).contains("True");
      assertThat(condition("three").text("observedGeneration")).contains("1");
      assertThat(condition("three").text("message").orElseThrow())
          .contains("300 ms is no bucket", "so 250 ms is judged");
      // Bounds: three objectives and one condition, each of which the watch may bring late once.
      assertThat(session.writes()).isBetween(4.0, 8.0);
    }
  }

  @Test
  void inSteadyStateNothingIsWritten() {
    put(KubeLab.service("steady", "vllm"));
    put(KubeLab.slo("steady", "steady", "errorBudget: 0.5%"));
    try (Session _ = new Session()) {
      awaitCondition("steady", "AllMeasured");
    }
    String objective = objective("steady-errors").orElseThrow().getMetadata().getResourceVersion();
    String slo = slo("steady").getMetadata().getResourceVersion();

    try (Session again = new Session()) {
      // Something that is written shows that everything before was looked at.
      put(KubeLab.service("later", "vllm"));
      put(KubeLab.slo("later", "later", "errorBudget: 0.5%"));
      awaitCondition("later", "AllMeasured");

      assertThat(again.awaitWrites(2)).isLessThanOrEqualTo(4);
      assertThat(objective("steady-errors").orElseThrow().getMetadata().getResourceVersion())
          .isEqualTo(objective);
      assertThat(slo("steady").getMetadata().getResourceVersion()).isEqualTo(slo);
    }
  }

  @Test
  void aTargetThatIsTakenOutTakesItsObjectiveAlong() {
    put(KubeLab.service("fewer", "vllm"));
    put(KubeLab.slo("fewer", "fewer", "errorBudget: 0.5%, ttftP99Ms: 500"));
    try (Session _ = new Session()) {
      Await.until(BOUND, "fewer-ttft is there", () -> objective("fewer-ttft").isPresent());

      patch(WatchedKind.INFERENCE_SLO, "fewer", "{\"spec\": {\"ttftP99Ms\": null}}");

      Await.until(BOUND, "fewer-ttft is gone", () -> objective("fewer-ttft").isEmpty());
      assertThat(objective("fewer-errors")).isPresent();
      Await.until(
          BOUND,
          "the condition is about the new spec",
          () -> condition("fewer").text("observedGeneration").equals(Optional.of("2")));
    }
  }

  @Test
  void anInferenceSloThatGivesWayToAnotherLeavesNothingBehind() {
    put(KubeLab.service("before", "vllm"));
    put(KubeLab.service("after", "vllm"));
    put(KubeLab.slo("renamed", "before", "errorBudget: 0.5%"));
    try (Session _ = new Session()) {
      Await.until(BOUND, "before-errors is there", () -> objective("before-errors").isPresent());

      KubeLab.objects(client, WatchedKind.INFERENCE_SLO).withName("renamed").delete();
      put(KubeLab.slo("renamed", "after", "errorBudget: 0.5%"));

      Await.until(BOUND, "after-errors is there", () -> objective("after-errors").isPresent());
      Await.until(BOUND, "before-errors is gone", () -> objective("before-errors").isEmpty());
    }
  }

  @Test
  void anotherInferenceSloTakesOverAnObjectiveOfTheSameName() {
    put(KubeLab.service("kept", "vllm"));
    put(KubeLab.slo("first", "kept", "errorBudget: 0.5%"));
    try (Session _ = new Session()) {
      Await.until(BOUND, "kept-errors is there", () -> objective("kept-errors").isPresent());

      KubeLab.objects(client, WatchedKind.INFERENCE_SLO).withName("first").delete();
      String uid = put(KubeLab.slo("second", "kept", "errorBudget: 0.5%")).getMetadata().getUid();

      Await.untilAsserted(
          BOUND,
          "the second one owns it alone",
          () ->
              assertThat(objective("kept-errors").orElseThrow().getMetadata().getOwnerReferences())
                  .extracting(OwnerReference::getUid)
                  .containsExactly(uid));
    }
  }

  @Test
  void anObjectiveOfAnotherHandStaysByteForByte() {
    put(KubeLab.service("theirs", "vllm"));
    put(KubeLab.foreignObjective("theirs-errors"));
    String before = Serialization.asJson(objective("theirs-errors").orElseThrow());
    put(KubeLab.slo("theirs", "theirs", "errorBudget: 0.5%, ttftP99Ms: 500"));
    try (Session _ = new Session()) {
      awaitCondition("theirs", "NameTaken");

      KubeLab.objects(client, WatchedKind.INFERENCE_SLO).withName("theirs").delete();
      Await.until(BOUND, "theirs-ttft is gone", () -> objective("theirs-ttft").isEmpty());

      assertThat(Serialization.asJson(objective("theirs-errors").orElseThrow())).isEqualTo(before);
    }
  }

  @Test
  void anObjectiveOfAnotherHandThatTurnsUpMeanwhileIsNotWrittenOver() {
    put(KubeLab.foreignObjective("sudden-errors"));
    String before = Serialization.asJson(objective("sudden-errors").orElseThrow());
    ObjectKey key = TargetsScene.objective("sudden-errors");
    KubeObjectiveWriter writer = new KubeObjectiveWriter(client);

    StatusWriter.Outcome unseen = writer.write(apply(key, Optional.empty()));
    StatusWriter.Outcome replaced = writer.write(apply(key, Optional.of("of-the-one-before")));
    StatusWriter.Outcome deleted =
        writer.write(new ObjectiveWrite.Delete(key, "of-the-one-before"));

    assertThat(unseen).isInstanceOf(StatusWriter.Outcome.Refused.class);
    assertThat(replaced).isInstanceOf(StatusWriter.Outcome.Refused.class);
    assertThat(deleted).isInstanceOf(StatusWriter.Outcome.Done.class);
    assertThat(Serialization.asJson(objective("sudden-errors").orElseThrow())).isEqualTo(before);
  }

  private static ObjectiveWrite.Apply apply(ObjectKey key, Optional<String> uid) {
    Map<String, Object> metadata =
        Map.of(
            "name", key.name(),
            "namespace", key.namespace(),
            "labels", Map.of("app.kubernetes.io/managed-by", "sluice"));
    return new ObjectiveWrite.Apply(
        key,
        uid,
        Map.of(
            "apiVersion", key.kind().apiVersion(),
            "kind", key.kind().word(),
            "metadata", metadata,
            "spec", Map.of("target", "99")));
  }

  @Test
  void aHandEditOfOursIsPutBack() {
    put(KubeLab.service("edited", "vllm"));
    put(KubeLab.slo("edited", "edited", "errorBudget: 0.5%"));
    try (Session _ = new Session()) {
      awaitCondition("edited", "AllMeasured");

      patch(
          WatchedKind.SERVICE_LEVEL_OBJECTIVE,
          "edited-errors",
          "{\"spec\": {\"target\": \"50\"}, \"metadata\": {\"labels\": {\"team\": \"search\"}}}");

      Await.until(
          BOUND,
          "the target is put back",
          () ->
              spec(objective("edited-errors").orElseThrow())
                  .text("target")
                  .equals(Optional.of("99.5")));
      assertThat(objective("edited-errors").orElseThrow().getMetadata().getLabels())
          .containsEntry("team", "search");
    }
  }

  @Test
  void aConditionThatIsWipedIsSaidAgainAndAVerdictDoesNotWipeIt() {
    put(KubeLab.service("wiped", "vllm"));
    put(KubeLab.slo("wiped", "wiped", "errorBudget: 0.5%"));
    KubeStatusWriter verdicts = new KubeStatusWriter(client);
    try (Session session = new Session()) {
      awaitCondition("wiped", "AllMeasured");
      String said = condition("wiped").text("lastTransitionTime").orElseThrow();
      double before = session.awaitWrites(2);

      verdicts.apply(TargetsScene.slo("wiped"), Map.of("state", "WithinBudget"));
      verdicts.apply(TargetsScene.slo("wiped"), Map.of("state", "AtRisk"));
      assertThat(condition("wiped").text("reason")).contains("AllMeasured");

      client
          .genericKubernetesResources(WatchedKind.INFERENCE_SLO.context())
          .inNamespace("default")
          .withName("wiped")
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"conditions\": null}}");
      awaitCondition("wiped", "AllMeasured");

      assertThat(condition("wiped").text("lastTransitionTime")).contains(said);
      assertThat(status("wiped").text("state")).contains("AtRisk");
      assertThat(session.awaitWrites(before + 1)).isEqualTo(before + 1);
    }
  }

  private static GenericKubernetesResource put(String yaml) {
    GenericKubernetesResource object = KubeLab.object(yaml);
    return KubeLab.objects(client, KubeLab.kind(object)).resource(object).create();
  }

  private static void patch(WatchedKind kind, String name, String patch) {
    KubeLab.objects(client, kind)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static Optional<GenericKubernetesResource> objective(String name) {
    return Optional.ofNullable(
        KubeLab.objects(client, WatchedKind.SERVICE_LEVEL_OBJECTIVE).withName(name).get());
  }

  private static GenericKubernetesResource slo(String name) {
    return KubeLab.objects(client, WatchedKind.INFERENCE_SLO).withName(name).require();
  }

  private static Fields spec(GenericKubernetesResource object) {
    return Fields.of(object).at("spec");
  }

  private static Fields status(String slo) {
    return Fields.of(slo(slo)).at("status");
  }

  private static Fields condition(String slo) {
    return status(slo).condition("TargetsMeasurable");
  }

  private static void awaitCondition(String slo, String reason) {
    Await.until(
        BOUND,
        slo + " has TargetsMeasurable by " + reason,
        () -> condition(slo).text("reason").equals(Optional.of(reason)));
  }
}
