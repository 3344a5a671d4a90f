package dev.sluice.evaluator.alerts;

import static dev.sluice.model.BurnRateTier.FAST;
import static dev.sluice.model.BurnRateTier.LONG;
import static dev.sluice.model.BurnRateTier.MEDIUM;
import static dev.sluice.model.BurnRateTier.SLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvidenceReaderTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ServiceRef QWEN = new ServiceRef("ml", "qwen");
  private static final Subject WHOLE = new Subject.Whole(QWEN);
  private static final String TOTAL = "ttft_seconds_count{namespace=\"ml\",service=\"qwen\"}";
  private static final Objective TTFT = objective("ml", "ttft", QWEN, TOTAL);
  private static final Objective BY_POD = grouped(TTFT, "pod");

  private final PyrraRules rules = new PyrraRules(NOON);
  private FakePrometheus prometheus;

  @BeforeEach
  void start() throws Exception {
    prometheus = new FakePrometheus();
  }

  @AfterEach
  void stop() {
    prometheus.close();
  }

  @Test
  void healthyInactiveRulesAreMeasuredWithOneCall() {
    PyrraRules.Group _ = rules.add(TTFT);

    assertThat(evidence(TTFT))
        .containsExactly(
            measured(
                TTFT,
                WHOLE,
                Map.of(
                    FAST,
                    AlertState.INACTIVE,
                    MEDIUM,
                    AlertState.INACTIVE,
                    SLOW,
                    AlertState.INACTIVE,
                    LONG,
                    AlertState.INACTIVE)));
    assertThat(prometheus.queries()).isEmpty();
  }

  @Test
  void aTierIsFoundByItsWindowsWhateverItsSeverityOrOrder() {
    rules.add(TTFT).alert(MEDIUM, "pending", Map.of()).alert(SLOW, "firing", Map.of());

    Evidence.Measured evidence = onlyMeasured(TTFT);

    assertThat(evidence.alert(FAST)).isEqualTo(AlertState.INACTIVE);
    assertThat(evidence.alert(MEDIUM)).isEqualTo(AlertState.PENDING);
    assertThat(evidence.alert(SLOW)).isEqualTo(AlertState.FIRING);
  }

  @Test
  void anActiveAlertIsGradedByBurnRateAndSamplesInOneQuery() {
    rules.add(TTFT).alert(FAST, "firing", Map.of());
    prometheus.query(
        200,
        vector(series("burnrate ml/ttft", "", "0.31"), series("samples ml/ttft", "", "1200.5")));

    Evidence.Measured evidence = onlyMeasured(TTFT);

    assertThat(evidence.burnRate().orElseThrow()).isCloseTo(31, within());
    assertThat(evidence.samples()).hasValue(1200.5);
    assertThat(prometheus.queries())
        .containsExactly(
            "query=label_replace(chat:burnrate5m{namespace=\"ml\",service=\"qwen\",slo=\"ttft\"},"
                + " \"sluice_part\", \"burnrate ml/ttft\", \"\", \"\") or label_replace("
                + "sum(increase("
                + TOTAL
                + "[5m] @ 1767268800.000)), \"sluice_part\", \"samples ml/ttft\", \"\", \"\")");
  }

  @Test
  void withoutTrafficThereIsNoBurnRateAndNoSample() {
    rules.add(TTFT).alert(SLOW, "firing", Map.of());
    prometheus.query(200, vector(series("burnrate ml/ttft", "", "NaN")));

    Evidence.Measured evidence = onlyMeasured(TTFT);

    assertThat(evidence.burnRate()).isEmpty();
    assertThat(evidence.samples()).hasValue(0);
  }

  @Test
  void aRefusedQueryLeavesTheAlertsStanding() {
    rules.add(TTFT).alert(FAST, "firing", Map.of());
    prometheus.query(503, "overloaded");

    Evidence.Measured evidence = onlyMeasured(TTFT);

    assertThat(evidence.alert(FAST)).isEqualTo(AlertState.FIRING);
    assertThat(evidence.burnRate()).isEmpty();
    assertThat(evidence.samples()).isEmpty();
  }

  @Test
  void anAttentiveServiceIsMeasuredAlsoWhenAllIsQuiet() {
    PyrraRules.Group _ = rules.add(TTFT);
    prometheus.query(200, vector(series("samples ml/ttft", "", "25")));

    Observation observation = observe(Set.of(QWEN), NOON, TTFT);

    assertThat(((Observation.Rules) observation).evidence())
        .singleElement()
        .isInstanceOfSatisfying(Evidence.Measured.class, m -> assertThat(m.samples()).hasValue(25));
  }

  @Test
  void samplesAreCountedAsTheIndicatorNeedsIt() {
    Objective uptime =
        new Objective(
            new ObjectiveRef("ml", "up"),
            QWEN,
            Indicator.UPTIME,
            0.99,
            Duration.ofDays(28),
            "up{namespace=\"ml\",service=\"qwen\"}",
            List.of(),
            "ErrorBudgetBurn");
    Objective nativeHistogram =
        objective("ml", "native", QWEN, "ttft_seconds{namespace=\"ml\",service=\"qwen\"}");
    rules.add(uptime);
    rules.add(nativeHistogram);
    rules.add(BY_POD);

    Observation _ = observe(Set.of(QWEN), NOON, uptime, nativeHistogram, BY_POD);

    assertThat(prometheus.queries())
        .singleElement()
        .asString()
        .contains(
            "(sum(count_over_time(up{namespace=\"ml\",service=\"qwen\"}[5m] @ 1767268800.000)),",
            "(histogram_count(sum(increase(ttft_seconds{namespace=\"ml\",service=\"qwen\"}[5m] @"
                + " 1767268800.000))),",
            "(sum by (pod) (increase(" + TOTAL + "[5m] @ 1767268800.000)),");
  }

  @Test
  void eachReplicaOfAGroupedObjectiveHasItsOwnEvidence() {
    rules.add(BY_POD).alert(FAST, "firing", Map.of("pod", "qwen-1"));
    prometheus.query(
        200,
        vector(
            series("burnrate ml/ttft", "\"pod\":\"qwen-0\",", "0.001"),
            series("burnrate ml/ttft", "\"pod\":\"qwen-1\",", "0.5"),
            series("burnrate ml/ttft", "\"pod\":\"qwen-2\",", "NaN"),
            series("samples ml/ttft", "\"pod\":\"qwen-0\",", "600"),
            series("samples ml/ttft", "\"pod\":\"qwen-1\",", "30")));

    List<Evidence.Measured> evidence =
        evidence(BY_POD).stream().map(e -> (Evidence.Measured) e).toList();

    assertThat(evidence)
        .extracting(
            e ->
                e.subject()
                    + " "
                    + e.alert(FAST)
                    + " "
                    + rounded(e.burnRate())
                    + " "
                    + rounded(e.samples()))
        .containsExactly(
            "ml/qwen INACTIVE 0.1 630.0",
            "ml/qwen[qwen-0] INACTIVE 0.1 600.0",
            "ml/qwen[qwen-1] FIRING 50.0 30.0",
            "ml/qwen[qwen-2] INACTIVE - 0.0");
  }

  @Test
  void aServiceIsNotJudgedByTheFewReplicasThatFireWhenTheOthersAreUnknown() {
    rules.add(BY_POD).alert(FAST, "firing", Map.of("pod", "qwen-1"));
    prometheus.query(503, "overloaded");

    assertThat(evidence(BY_POD))
        .satisfiesExactly(
            whole ->
                assertThat(whole)
                    .isInstanceOfSatisfying(
                        Evidence.Unusable.class,
                        u -> assertThat(u.cause()).isEqualTo(UnknownCause.SOURCE_UNREACHABLE)),
            replica -> assertThat(replica).isInstanceOf(Evidence.Measured.class));
  }

  @Test
  void anObjectiveGroupedByAnythingElseBurnsAsItsWorstGroup() {
    Objective byModel = grouped(TTFT, "model");
    rules.add(byModel).alert(FAST, "firing", Map.of("model", "b"));
    prometheus.query(
        200,
        vector(
            series("burnrate ml/ttft", "\"model\":\"a\",", "0.01"),
            series("burnrate ml/ttft", "\"model\":\"b\",", "0.2")));

    Evidence.Measured evidence = onlyMeasured(byModel);

    assertThat(evidence.subject()).isEqualTo(WHOLE);
    assertThat(evidence.alert(FAST)).isEqualTo(AlertState.FIRING);
    assertThat(evidence.burnRate().orElseThrow()).isCloseTo(20, within());
  }

  @Test
  void missingRulesSayWhatToLookAt() {
    assertUnusable(
        UnknownCause.RULE_MISSING,
        "rules for ServiceLevelObjective ml/ttft aren't loaded in Prometheus; is Pyrra running,"
            + " and does rule_files include its output?",
        TTFT);
  }

  @Test
  void rulesForAnotherWindowAreMissingRules() {
    PyrraRules.Group _ = rules.add(TTFT);

    assertUnusable(
        UnknownCause.RULE_MISSING,
        "the rules for ServiceLevelObjective ml/ttft in Prometheus are for other windows (5m/1h,"
            + " 30m/6h, 2h/1d, 6h/4d) than its spec.window 1w makes; has Pyrra seen the change, and"
            + " has Prometheus reloaded?",
        new Objective(
            TTFT.ref(),
            QWEN,
            Indicator.LATENCY,
            0.99,
            Duration.ofDays(7),
            TOTAL,
            List.of(),
            TTFT.alertName()));
  }

  @Test
  void aFailingRuleCarriesPrometheussWords() {
    rules.add(TTFT).tier(MEDIUM).put("health", "err").put("lastError", "many-to-many matching");

    assertUnusable(
        UnknownCause.RULE_FAILING,
        "Prometheus can't evaluate the rules for ServiceLevelObjective ml/ttft: many-to-many"
            + " matching",
        TTFT);
  }

  @Test
  void aRuleIsStaleAfterThreeIntervalsByPrometheussOwnClock() {
    PyrraRules.Group _ = rules.add(TTFT);
    prometheus.rules(rules.toString(), NOON.plusSeconds(90));
    Instant oursIsWrong = NOON.plus(Duration.ofHours(5));

    assertThat(prometheus.reader().observe(question(Set.of(), TTFT), oursIsWrong))
        .isInstanceOfSatisfying(
            Observation.Rules.class,
            r -> assertThat(r.evidence()).hasOnlyElementsOfType(Evidence.Measured.class));

    prometheus.rules(rules.toString(), NOON.plusSeconds(91));
    assertThat(prometheus.reader().observe(question(Set.of(), TTFT), NOON))
        .isInstanceOfSatisfying(
            Observation.Rules.class,
            r ->
                assertThat(r.evidence())
                    .singleElement()
                    .isEqualTo(
                        new Evidence.Unusable(
                            TTFT.ref(),
                            WHOLE,
                            NOON,
                            UnknownCause.RULE_STALE,
                            "Prometheus last evaluated the rules for ServiceLevelObjective ml/ttft"
                                + " at 2026-01-01T12:00:00Z (expected: every 30s); is it"
                                + " overloaded?")));
  }

  @Test
  void aRuleThatWasNeverEvaluatedIsNotInactive() {
    rules
        .add(TTFT)
        .tier(FAST)
        .put("health", "unknown")
        .put("lastEvaluation", "0001-01-01T00:00:00Z");
    assertUnusable(
        UnknownCause.RULE_STALE,
        "Prometheus hasn't evaluated the rules for ServiceLevelObjective ml/ttft yet (expected:"
            + " every 30s)",
        TTFT);
  }

  @Test
  void aStateThatPrometheusDoesNotKnowYetIsNotInactive() {
    rules.add(TTFT).tier(FAST).put("state", "unknown");
    assertUnusable(
        UnknownCause.RULE_STALE,
        "Prometheus hasn't evaluated the rules for ServiceLevelObjective ml/ttft yet (expected:"
            + " every 30s)",
        TTFT);
  }

  @Test
  void anAbsentMetricIsNoBreach() {
    PyrraRules.Group group = rules.add(TTFT).alert(FAST, "firing", Map.of());
    group.absence().put("state", "pending");
    assertThat(onlyMeasured(TTFT).alert(FAST)).isEqualTo(AlertState.FIRING);

    group.absence().put("state", "firing").put("name", "NoData");
    assertUnusable(
        UnknownCause.METRIC_ABSENT,
        "NoData fires for ServiceLevelObjective ml/ttft: no series of "
            + TOTAL
            + "; is the service scraped, and does it serve?",
        TTFT);
  }

  @Test
  void oneNameInTwoNamespacesIsToldApartByTheNamespaceLabel() {
    ServiceRef other = new ServiceRef("web", "qwen");
    Objective theirs = objective("web", "ttft", other, TOTAL.replace("\"ml\"", "\"web\""));
    rules.add(TTFT).alert(FAST, "firing", Map.of());
    PyrraRules.Group _ = rules.add(theirs);

    assertThat(evidence(TTFT, theirs))
        .extracting(e -> e.objective() + " " + ((Evidence.Measured) e).alert(FAST))
        .containsExactly("ml/ttft FIRING", "web/ttft INACTIVE");
  }

  @Test
  void oneNameInTwoNamespacesIsToldApartByTheSelectorWhereTheLabelIsMissing() {
    Objective theirs =
        objective("web", "ttft", new ServiceRef("web", "qwen"), TOTAL.replace("\"ml\"", "\"web\""));
    rules.add(TTFT).withoutLabel("namespace").absence().put("state", "firing");
    rules.add(theirs).withoutLabel("namespace");

    assertThat(evidence(TTFT, theirs))
        .extracting(e -> e.objective() + " " + e.getClass().getSimpleName())
        .containsExactly("ml/ttft Unusable", "web/ttft Measured");
  }

  @Test
  void oneNameInTwoNamespacesWithNothingToTellThemApartIsAmbiguous() {
    Objective mine = objective("ml", "ttft", QWEN, "ttft_seconds_count");
    Objective theirs =
        objective("web", "ttft", new ServiceRef("web", "qwen"), "ttft_seconds_count");
    rules.add(mine).alert(FAST, "firing", Map.of());

    assertThat(evidence(mine, theirs))
        .extracting(e -> e.objective() + " " + ((Evidence.Unusable) e).cause())
        .containsExactly("ml/ttft AMBIGUOUS", "web/ttft AMBIGUOUS");
  }

  @Test
  void aRuleOfAnotherNamespaceIsNotOurs() {
    PyrraRules.Group _ =
        rules.add(objective("web", "ttft", QWEN, TOTAL.replace("\"ml\"", "\"web\"")));

    assertThat(evidence(TTFT))
        .extracting(e -> ((Evidence.Unusable) e).cause())
        .containsExactly(UnknownCause.RULE_MISSING);
  }

  @Test
  void anObjectiveOfAnUndeclaredServiceIsNotAskedAbout() {
    Objective stray = objective("ml", "stray", new ServiceRef("ml", "gone"), TOTAL);
    PyrraRules.Group _ = rules.add(TTFT);
    Question question = question(Set.of(), TTFT, stray);
    Declarations onlyQwen =
        new Declarations(
            question.declarations().objectives(),
            Map.of(),
            new TreeMap<>(Map.of(QWEN, new Presence.Active())));

    prometheus.rules(rules.toString(), NOON);
    Observation observation = prometheus.reader().observe(new Question(onlyQwen, Set.of()), NOON);

    assertThat(((Observation.Rules) observation).evidence())
        .extracting(Evidence::objective)
        .containsExactly(TTFT.ref());
  }

  @Test
  void aPrometheusThatCannotBeAskedIsAFailedObservation() {
    assertThat(prometheus.reader().observe(question(Set.of(), TTFT), NOON))
        .isInstanceOfSatisfying(
            Observation.Failed.class,
            failed -> assertThat(failed.words()).contains("HTTP 503 for /api/v1/rules"));
  }

  private List<Evidence> evidence(Objective... objectives) {
    return ((Observation.Rules) observe(Set.of(), NOON, objectives)).evidence();
  }

  private Evidence.Measured onlyMeasured(Objective objective) {
    List<Evidence> evidence = evidence(objective);
    assertThat(evidence).hasSize(1);
    return (Evidence.Measured) evidence.getFirst();
  }

  private void assertUnusable(UnknownCause cause, String words, Objective objective) {
    assertThat(evidence(objective))
        .containsExactly(new Evidence.Unusable(objective.ref(), WHOLE, NOON, cause, words));
  }

  private Observation observe(Set<ServiceRef> attentive, Instant now, Objective... objectives) {
    prometheus.rules(rules.toString(), now);
    return prometheus.reader().observe(question(attentive, objectives), now);
  }

  private static Question question(Set<ServiceRef> attentive, Objective... objectives) {
    TreeMap<ObjectiveRef, Objective> byRef = new TreeMap<>();
    TreeMap<ServiceRef, Presence> services = new TreeMap<>();
    for (Objective objective : objectives) {
      byRef.put(objective.ref(), objective);
      services.put(objective.service(), new Presence.Active());
    }
    return new Question(new Declarations(byRef, Map.of(), services), attentive);
  }

  private static Evidence.Measured measured(
      Objective objective, Subject subject, Map<BurnRateTier, AlertState> alerts) {
    return new Evidence.Measured(
        objective.ref(), subject, NOON, alerts, OptionalDouble.empty(), OptionalDouble.empty());
  }

  private static Objective objective(
      String namespace, String name, ServiceRef service, String total) {
    return new Objective(
        new ObjectiveRef(namespace, name),
        service,
        Indicator.LATENCY,
        0.99,
        Duration.ofDays(28),
        total,
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }

  private static Objective grouped(Objective objective, String label) {
    return new Objective(
        objective.ref(),
        objective.service(),
        objective.indicator(),
        objective.target(),
        objective.window(),
        objective.total(),
        List.of(label),
        objective.alertName());
  }

  private static String series(String part, String labels, String value) {
    return "{\"metric\":{%s\"sluice_part\":\"%s\"},\"value\":[1767268800,\"%s\"]}"
        .formatted(labels, part, value);
  }

  private static String vector(String... series) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        + String.join(",", series)
        + "]}}";
  }

  private static String rounded(OptionalDouble value) {
    return value.isPresent() ? String.valueOf(Math.round(value.getAsDouble() * 10) / 10.0) : "-";
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-6);
  }
}
