package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectivePlanTest {

  private static final SeriesCatalog SERIES = new SeriesCatalog(BootstrapWriter.BUCKETS_MS);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String ALL = "ttftP99Ms: 500, errorBudget: 0.5%, minThroughputTokS: 40";

  private final TargetsScene cluster = new TargetsScene();

  @BeforeEach
  void setUp() {
    cluster.put(KubeLab.service("qwen", "vllm"));
  }

  private ObjectivePlan plan() {
    return ObjectivePlan.of(cluster.targets(), SERIES);
  }

  private void perform() {
    plan().writes().forEach(cluster::perform);
  }

  private static List<String> words(ObjectivePlan plan) {
    return plan.writes().stream()
        .map(write -> write.action().label() + " " + write.key().name())
        .sorted()
        .toList();
  }

  /** The status, reason and message of the only condition. */
  private String condition() {
    return condition(plan().reports().getFirst());
  }

  private static String condition(TargetsReport report) {
    Map<String, String> texts = report.texts(new TreeMap<>(), NOON);
    return texts.get("status") + " " + texts.get("reason") + ": " + texts.get("message");
  }

  @Test
  void eachTargetBecomesAnObjectiveOfItsInferenceSlo() {
    KubeObject slo = cluster.put(KubeLab.slo("fast", "qwen", ALL));

    ObjectivePlan plan = plan();

    assertThat(words(plan))
        .containsExactly("apply qwen-errors", "apply qwen-throughput", "apply qwen-ttft");
    ObjectiveWrite.Apply apply = (ObjectiveWrite.Apply) plan.writes().getFirst();
    assertThat(apply.uid()).isEmpty();
    assertThat(apply.body())
        .extractingByKey("metadata", InstanceOfAssertFactories.MAP)
        .containsEntry(
            "ownerReferences",
            List.of(
                Map.of(
                    "apiVersion", "sluice.dev/v1alpha1",
                    "kind", "InferenceSLO",
                    "name", "fast",
                    "uid", slo.uid(),
                    "controller", true)));
    assertThat(condition())
        .isEqualTo("True AllMeasured: measured by qwen-ttft, qwen-errors, qwen-throughput");
  }

  @Test
  void whatIsThereIsNotWrittenAgain() {
    cluster.put(KubeLab.slo("qwen", "qwen", ALL));

    perform();

    assertThat(plan().writes()).isEmpty();
  }

  @Test
  void whatOthersAddToAnObjectiveStays() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%"));
    perform();
    cluster.put(
        text("qwen-errors")
            .replace("\"labels\":{", "\"labels\":{\"team\":\"search\",")
            .replace("\"spec\":{", "\"spec\":{\"alerting\":{\"absent\":true},"));

    assertThat(plan().writes()).isEmpty();
  }

  @Test
  void aHandEditOfOursIsPutBack() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%"));
    perform();
    KubeObject edited =
        cluster.put(text("qwen-errors").replace("\"target\":\"99\"", "\"target\":\"50\""));

    ObjectivePlan plan = plan();

    assertThat(words(plan)).containsExactly("apply qwen-errors");
    assertThat(((ObjectiveWrite.Apply) plan.writes().getFirst()).uid()).contains(edited.uid());
  }

  private String text(String objective) {
    return Optional.ofNullable(cluster.targets().objects().get(TargetsScene.objective(objective)))
        .orElseThrow()
        .text();
  }

  @Test
  void aTargetThatIsTakenOutTakesItsObjectiveAlong() {
    cluster.put(KubeLab.slo("qwen", "qwen", ALL));
    perform();

    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 0.5%"));

    assertThat(words(plan())).containsExactly("delete qwen-throughput", "delete qwen-ttft");
  }

  @Test
  void aDeletedInferenceSloTakesItsObjectivesAlong() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 0.5%"));
    perform();

    cluster.remove(TargetsScene.slo("qwen"));

    assertThat(words(plan())).containsExactly("delete qwen-errors");
  }

  @Test
  void anotherInferenceSloForTheServiceTakesTheObjectivesOver() {
    cluster.put(KubeLab.slo("old", "qwen", "errorBudget: 0.5%"));
    perform();
    cluster.remove(TargetsScene.slo("old"));
    cluster.put(KubeLab.slo("new", "qwen", "errorBudget: 0.5%"));

    assertThat(words(plan())).containsExactly("apply qwen-errors");
  }

  @Test
  void anotherServiceMeansOtherNames() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 0.5%"));
    perform();
    cluster.put(KubeLab.service("llama", "llamacpp"));
    cluster.remove(TargetsScene.slo("qwen"));
    cluster.put(KubeLab.slo("qwen", "llama", "errorBudget: 0.5%"));

    assertThat(words(plan())).containsExactly("apply llama-errors", "delete qwen-errors");
  }

  @Test
  void anInferenceSloThatCannotBeReadLosesNothing() {
    cluster.put(KubeLab.slo("qwen", "qwen", ALL));
    perform();
    cluster.remove(TargetsScene.slo("qwen"));
    cluster.put(KubeLab.slo("qwen", "qwen", "ttftP99Ms: 1"));

    assertThat(plan().writes()).isEmpty();
    assertThat(condition())
        .isEqualTo(
            "False InvalidTarget: spec.ttftP99Ms: \"1\" (expected: a whole number from 25 to"
                + " 120000)");
  }

  @Test
  void aServiceThatIsGoneLosesNothing() {
    cluster.put(KubeLab.slo("qwen", "qwen", ALL));
    perform();

    cluster.remove(new ObjectKey(WatchedKind.INFERENCE_SERVICE, "default", "qwen"));

    assertThat(plan().writes()).isEmpty();
    assertThat(condition())
        .isEqualTo(
            "False InvalidTarget: spec.targetRef.name: \"qwen\" (expected: an InferenceService of"
                + " namespace default; there is none)");
  }

  @Test
  void inferenceSlosThatMayNotBeReadAreNotTakenForDeleted() {
    cluster.put(KubeLab.slo("qwen", "qwen", ALL));
    perform();
    cluster.remove(TargetsScene.slo("qwen"));

    cluster.miss(WatchedKind.INFERENCE_SLO, "may not be read");

    assertThat(plan().writes()).isEmpty();
  }

  @Test
  void whatAPersonRenderedAndAppliedIsAdoptedOrLeftAlone() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 0.5%"));
    cluster.put(applied("qwen-errors"));
    cluster.put(applied("other-errors"));

    assertThat(words(plan())).containsExactly("apply qwen-errors");
  }

  private static String applied(String name) {
    return KubeLab.foreignObjective(name)
        .replace("team: search", "app.kubernetes.io/managed-by: sluice");
  }

  @Test
  void anObjectiveOfAnotherHandIsNeverWrittenAndTheOthersAre() {
    cluster.put(KubeLab.foreignObjective("qwen-ttft"));
    cluster.put(KubeLab.slo("qwen", "qwen", "ttftP99Ms: 500, errorBudget: 1%"));

    assertThat(words(plan())).containsExactly("apply qwen-errors");
    assertThat(condition())
        .isEqualTo(
            "False NameTaken: spec.ttftP99Ms: ServiceLevelObjective default/qwen-ttft isn't managed"
                + " by Sluice and stays as it is, so this target isn't rendered (expected: another"
                + " name for it, or no target here)");
  }

  @Test
  void aThresholdBetweenBucketsIsSaid() {
    cluster.put(KubeLab.slo("qwen", "qwen", "ttftP99Ms: 300"));

    assertThat(condition())
        .isEqualTo(
            "True AllMeasured: measured by qwen-ttft; spec.ttftP99Ms: 300 ms is no bucket of"
                + " vllm:time_to_first_token_seconds, so 250 ms is judged (expected: a bucket, like"
                + " 250 ms or 500 ms)");
  }

  @Test
  void aTargetThatNothingMeasuresIsSaid() {
    cluster.put(KubeLab.service("qwen", "tgi"));
    cluster.put(KubeLab.slo("qwen", "qwen", ALL));

    assertThat(words(plan())).containsExactly("apply qwen-errors", "apply qwen-ttft");
    assertThat(condition())
        .isEqualTo(
            "False NotMeasurable: spec.minThroughputTokS: nothing measures the generation rate of"
                + " runtime tgi (expected: runtime vllm, or no spec.minThroughputTokS)");
  }

  @Test
  void alertsThatCanNeverFireAreSaid() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 20%"));

    assertThat(condition())
        .isEqualTo(
            "False NeverBreached: spec.errorBudget: a budget of 20% means that these can never"
                + " fire: fast (above 280% errors), medium (above 140% errors); so it is never"
                + " Breached (expected: a target above 92.858%)");
  }

  @Test
  void aFastAlertThatCanNeverFireIsANote() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 10%"));

    assertThat(condition())
        .startsWith(
            "True AllMeasured: measured by qwen-errors; spec.errorBudget: a budget of 10% means"
                + " that these can never fire: fast (above 140% errors)");
  }

  @Test
  void aSecondInferenceSloForOneServiceIsSaid() {
    cluster.put(KubeLab.slo("a", "qwen", "errorBudget: 1%"));
    cluster.put(KubeLab.slo("b", "qwen", "errorBudget: 2%"));

    assertThat(plan().reports())
        .extracting(ObjectivePlanTest::condition)
        .containsExactly(
            "True AllMeasured: measured by qwen-errors",
            "False InvalidTarget: spec.targetRef.name: \"qwen\" (expected: a service no other"
                + " InferenceSLO names)");
  }

  @Test
  void withoutPyrraNothingIsWrittenAndThatIsSaid() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%"));
    cluster.miss(WatchedKind.SERVICE_LEVEL_OBJECTIVE, "isn't there (expected: its CRD)");

    assertThat(plan().writes()).isEmpty();
    assertThat(condition())
        .isEqualTo(
            "False PyrraMissing: servicelevelobjectives.pyrra.dev: isn't there (expected: its"
                + " CRD)");
  }
}
