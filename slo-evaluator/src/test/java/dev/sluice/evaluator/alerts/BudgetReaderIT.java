package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.model.BudgetLeft;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pyrra's own recording rules, in a real Prometheus. */
class BudgetReaderIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void whatIsLeftIsWhatTheCountersSayByHand() throws Exception {
    try (QwenLab lab = new QwenLab(folder, QwenLab.TTFT, QwenLab.TTFT_BY_POD)) {
      lab.second.slow();

      Await.untilAsserted(
          SOON,
          "about half of the requests are late, and that is many times the budget of 1%",
          () -> {
            double byHand = byHand(lab);
            assertThat(byHand).isLessThan(-10);
            // Rules are evaluated every 2 s, so both are of almost the same moment.
            assertThat(ratio(lab.budget(QwenLab.TTFT))).isCloseTo(byHand, Offset.offset(5.0));
            assertThat(ratio(lab.budget(QwenLab.TTFT_BY_POD)))
                .isCloseTo(byHand, Offset.offset(5.0));
          });
    }
  }

  private static double byHand(QwenLab lab) {
    String series = "vllm:time_to_first_token_seconds_%s{namespace=\"default\",service=\"qwen\"%s}";
    double all = lab.number("sum(increase(" + series.formatted("count", "") + "[3d]))").orElse(1);
    double fast =
        lab.number("sum(increase(" + series.formatted("bucket", ",le=\"0.5\"") + "[3d]))")
            .orElse(1);
    return 1 - (all - fast) / all / 0.01;
  }

  private static double ratio(BudgetLeft left) {
    return left instanceof BudgetLeft.Known known ? known.ratio() : Double.NaN;
  }
}
