package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.lab.Await;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Objective;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceReaderIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  // The fast tier's short window, 1 m, must pass before it clears.
  private static final Duration AFTER_THE_SHORT_WINDOW = Duration.ofSeconds(90);
  private static final Declarations DECLARATIONS =
      QwenLab.declarations(SloPolicy.DEFAULT, QwenLab.TTFT, QwenLab.TTFT_BY_POD);
  private static final Subject WHOLE = new Subject.Whole(QwenLab.QWEN);

  @TempDir Path folder;

  @Test
  void pyrrasAlertsFireForASlowReplicaAndClearWhenItHeals() throws Exception {
    try (QwenLab lab = new QwenLab(folder, QwenLab.TTFT, QwenLab.TTFT_BY_POD)) {
      Await.untilAsserted(
          SOON,
          "quiet rules are evaluated and samples counted",
          () -> {
            assertThat(measured(lab, QwenLab.TTFT, WHOLE).alert(BurnRateTier.FAST))
                .isEqualTo(AlertState.INACTIVE);
            assertThat(measured(lab, QwenLab.TTFT, WHOLE).samples().orElse(0)).isPositive();
          });

      lab.second.slow();
      Await.untilAsserted(
          SOON,
          "the service and the slow replica burn, the other doesn't",
          () -> {
            assertThat(measured(lab, QwenLab.TTFT, WHOLE).alert(BurnRateTier.FAST))
                .isEqualTo(AlertState.FIRING);
            assertThat(measured(lab, QwenLab.TTFT, WHOLE).burnRate().orElse(0))
                .isBetween(14.0, 51.0);
            // Nobody counted: the alert said its burn rate itself.
            assertThat(measured(lab, QwenLab.TTFT, WHOLE).samples()).isEmpty();
            assertThat(measured(lab, QwenLab.TTFT_BY_POD, pod("qwen-1")).alert(BurnRateTier.FAST))
                .isEqualTo(AlertState.FIRING);
            assertThat(measured(lab, QwenLab.TTFT_BY_POD, pod("qwen-0")).alert(BurnRateTier.FAST))
                .isEqualTo(AlertState.INACTIVE);
            assertThat(measured(lab, QwenLab.TTFT_BY_POD, pod("qwen-0")).burnRate().orElse(1))
                .isLessThan(1);
          });

      lab.second.heal();
      Await.untilAsserted(
          AFTER_THE_SHORT_WINDOW,
          "the fast alerts clear",
          () -> {
            assertThat(measured(lab, QwenLab.TTFT, WHOLE).alert(BurnRateTier.FAST))
                .isEqualTo(AlertState.INACTIVE);
            assertThat(measured(lab, QwenLab.TTFT_BY_POD, pod("qwen-1")).alert(BurnRateTier.FAST))
                .isEqualTo(AlertState.INACTIVE);
          });
    }
  }

  /**
   * Prometheus 3 stores the bound of two seconds as {@code 2.0}, Prometheus 2 as it is written: by
   * one replica {@code 2}, by the other {@code 2.0}. A replica whose bucket isn't found counts as
   * slow, one that isn't counted can't burn: neither end of this test would be reached.
   */
  @Test
  void aThresholdIsEvaluatedHoweverItsBucketIsWritten() throws Exception {
    Declarations declarations =
        QwenLab.declarations(SloPolicy.DEFAULT, QwenLab.TTFT, QwenLab.TTFT_2S);
    List<Objective> objectives = List.of(QwenLab.TTFT, QwenLab.TTFT_2S);
    try (QwenLab lab = new QwenLab(folder, QwenLab.TTFT, QwenLab.TTFT_2S)) {
      Await.untilAsserted(
          SOON,
          "no replica counts as slow",
          () ->
              assertThat(objectives)
                  .extracting(one -> measured(lab, declarations, one, WHOLE).burnRate())
                  .containsOnly(OptionalDouble.of(0)));

      lab.first.slow();
      lab.second.slow();
      Await.untilAsserted(
          SOON,
          "both thresholds are breached",
          () ->
              assertThat(objectives)
                  .extracting(
                      one -> measured(lab, declarations, one, WHOLE).alert(BurnRateTier.FAST))
                  .containsOnly(AlertState.FIRING));
    }
  }

  private static Subject pod(String name) {
    return new Subject.Replica(QwenLab.QWEN, name);
  }

  private static Evidence.Measured measured(QwenLab lab, Objective objective, Subject subject) {
    return measured(lab, DECLARATIONS, objective, subject);
  }

  private static Evidence.Measured measured(
      QwenLab lab, Declarations declarations, Objective objective, Subject subject) {
    List<Evidence> evidence = ((Observation.Rules) lab.observe(declarations)).pieces();
    return evidence.stream()
        .filter(e -> e.objective().equals(objective.ref()) && e.subject().equals(subject))
        .map(Evidence.Measured.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
