package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Judge;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Judgement;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.lab.Await;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.VerdictState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusRestartIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  // So impatient that any gap in the evidence that is taken for "clear" ends the breach.
  private static final SloPolicy IMPATIENT =
      new SloPolicy(
          SloPolicy.Mode.ENFORCE,
          new SloPolicy.Judge(
              Duration.ofMillis(1),
              Duration.ofMillis(1),
              1,
              Duration.ofMillis(1),
              Duration.ofMinutes(5)),
          SloPolicy.Shares.DEFAULT,
          SloPolicy.Dispatch.DEFAULT);
  private static final Declarations DECLARATIONS = QwenLab.declarations(IMPATIENT, QwenLab.TTFT);

  @TempDir Path folder;

  private final List<Transition> transitions = new ArrayList<>();
  private JudgeState state = JudgeState.EMPTY;

  @Test
  void aPrometheusRestartDoesNotEndABreach() throws Exception {
    try (QwenLab lab = new QwenLab(folder, QwenLab.TTFT)) {
      lab.first.slow();
      lab.second.slow();
      Await.until(SOON, "the breach is seen", () -> acting(lab) == VerdictState.BREACHED);
      transitions.clear();

      lab.prometheus.kill9();
      assertThat(acting(lab)).isEqualTo(VerdictState.BREACHED);
      lab.prometheus.restart();
      Await.until(
          SOON, "the alert fires again", () -> acting(lab) == VerdictState.BREACHED && fires(lab));

      assertThat(transitions)
          .extracting(transition -> transition.after().state())
          .isSubsetOf(VerdictState.BREACHED, VerdictState.UNKNOWN);
    }
  }

  private VerdictState acting(QwenLab lab) {
    Instant now = Instant.now();
    Judgement judgement = Judge.judge(DECLARATIONS, lab.observe(DECLARATIONS), state, now);
    state = judgement.next();
    transitions.addAll(judgement.transitions());
    return judgement.services().getFirst().verdict().actingState(now);
  }

  private static boolean fires(QwenLab lab) {
    return lab.observe(DECLARATIONS) instanceof Observation.Rules rules
        && rules.pieces().getFirst() instanceof Evidence.Measured measured
        && measured.alert(BurnRateTier.FAST) == AlertState.FIRING;
  }
}
