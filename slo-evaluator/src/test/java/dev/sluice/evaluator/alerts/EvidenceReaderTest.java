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
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvidenceReaderTest extends ReaderFixture {

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
  void aFastAlertThatFiresSaysItsBurnRateWithoutAQuery() {
    rules.add(TTFT).alert(FAST, "firing", Map.of(), "3.1e-01").alert(SLOW, "firing", Map.of());

    Evidence.Measured evidence = onlyMeasured(TTFT);

    assertThat(evidence.alert(FAST)).isEqualTo(AlertState.FIRING);
    assertThat(evidence.alert(SLOW)).isEqualTo(AlertState.FIRING);
    assertThat(evidence.burnRate().orElseThrow()).isCloseTo(31, within());
    assertThat(evidence.samples()).isEmpty();
    assertThat(prometheus.queries()).isEmpty();
  }

  @Test
  void theWorstOfSeveralFiringGroupsIsTheBurnRate() {
    Objective byModel = grouped(TTFT, "model");
    rules
        .add(byModel)
        .alert(FAST, "pending", Map.of("model", "c"), "0.9")
        .alert(FAST, "firing", Map.of("model", "a"), "0.2")
        .alert(FAST, "firing", Map.of("model", "b"), "0.3");

    assertThat(onlyMeasured(byModel).burnRate().orElseThrow()).isCloseTo(30, within());
  }

  @Test
  void whatProvesARecoveryIsCountedAlthoughAnotherObjectiveFires() {
    Objective other = objective("ml", "errors", QWEN, TOTAL);
    rules.add(TTFT).alert(FAST, "firing", Map.of(), "0.31");
    PyrraRules.Group _ = rules.add(other);

    Observation _ = observe(Set.of(QWEN), NOON, TTFT, other);

    assertThat(prometheus.queries())
        .singleElement()
        .asString()
        .contains("samples ml/errors")
        .doesNotContain("ml/ttft");
  }

  @Test
  void anAlertIsMeasuredThatIsPendingOrOfAnotherTierOrDoesNotSayTheSeriesValue() {
    Objective pending = objective("ml", "pending", QWEN, TOTAL);
    Objective medium = objective("ml", "medium", QWEN, TOTAL);
    Objective infinite = objective("ml", "infinite", QWEN, TOTAL);
    Objective scaled = objective("ml", "scaled", QWEN, TOTAL);
    rules.add(pending).alert(FAST, "pending", Map.of(), "0.31");
    rules.add(medium).alert(MEDIUM, "firing", Map.of(), "0.31");
    rules.add(infinite).alert(FAST, "firing", Map.of(), "+Inf");
    PyrraRules.Group percent = rules.add(scaled).alert(FAST, "firing", Map.of(), "31");
    percent.tier(FAST).put("query", "chat:burnrate5m{slo=\"scaled\"} * 100 > 14");

    Observation _ = observe(Set.of(), NOON, pending, medium, infinite, scaled);

    assertThat(prometheus.queries())
        .singleElement()
        .asString()
        .contains("burnrate ml/pending", "burnrate ml/medium", "burnrate ml/infinite")
        .contains("burnrate ml/scaled");
  }

  @Test
  void onlyTheQueryKnowsAllReplicasSoAFiringOneIsMeasuredWithTheOthers() {
    rules.add(BY_POD).alert(FAST, "firing", Map.of("pod", "qwen-1"), "0.5");

    List<Evidence> _ = evidence(BY_POD);

    assertThat(prometheus.queries()).singleElement().asString().contains("burnrate ml/ttft");
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

    assertThat(((Observation.Rules) observation).pieces())
        .singleElement()
        .isInstanceOfSatisfying(Evidence.Measured.class, m -> assertThat(m.samples()).hasValue(25));
  }

  @Test
  void manyObjectivesAreMeasuredInSeveralQueries() {
    Objective[] fleet = new Objective[120];
    for (int i = 0; i < fleet.length; i++) {
      fleet[i] = objective("ml", "ttft-" + i, QWEN, TOTAL);
      PyrraRules.Group _ = rules.add(fleet[i]);
    }
    Observation observation = observe(Set.of(QWEN), NOON, fleet);

    assertThat(prometheus.queries())
        .extracting(query -> Pattern.compile("samples ml/").matcher(query).results().count())
        .containsExactly(50L, 50L, 20L);
    assertThat(((Observation.Rules) observation).pieces()).hasSize(120);
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
  void anObjectiveOfAnUndeclaredServiceIsNotAskedAbout() {
    Objective stray = objective("ml", "stray", new ServiceRef("ml", "gone"), TOTAL);
    PyrraRules.Group _ = rules.add(TTFT);
    Question question = question(Set.of(), TTFT, stray);
    Declarations onlyQwen =
        Declarations.of(
            Map.of(QWEN, new Presence.Active()),
            Map.of(),
            question.declarations().objectives().toList());

    prometheus.rules(rules.toString(), NOON);
    Observation observation = prometheus.reader().observe(new Question(onlyQwen, Set.of()), NOON);

    assertThat(((Observation.Rules) observation).pieces())
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

  private static Evidence.Measured measured(
      Objective objective, Subject subject, Map<BurnRateTier, AlertState> alerts) {
    return new Evidence.Measured(
        objective.ref(), subject, alerts, OptionalDouble.empty(), OptionalDouble.empty());
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
