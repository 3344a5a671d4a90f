package dev.sluice.evaluator.alerts;

import static dev.sluice.model.BurnRateTier.FAST;
import static dev.sluice.model.BurnRateTier.MEDIUM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.AlertState;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.UnknownCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleReaderTest extends ReaderFixture {

  @Test
  void missingRulesSayWhatToLookAt() {
    assertUnusable(
        UnknownCause.RULE_MISSING,
        "rules for ServiceLevelObjective ml/ttft aren't loaded in Prometheus; is Pyrra running,"
            + " and does rule_files include its output? (with the Prometheus Operator: does its"
            + " ruleSelector match Pyrra's PrometheusRule?)",
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
            r -> assertThat(r.pieces()).hasOnlyElementsOfType(Evidence.Measured.class));

    prometheus.rules(rules.toString(), NOON.plusSeconds(91));
    assertThat(prometheus.reader().observe(question(Set.of(), TTFT), NOON))
        .isInstanceOfSatisfying(
            Observation.Rules.class,
            r ->
                assertThat(r.pieces())
                    .singleElement()
                    .isEqualTo(
                        new Evidence.Unusable(
                            TTFT.ref(),
                            WHOLE,
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
}
