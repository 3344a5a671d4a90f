package dev.sluice.evaluator.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.ServiceRef;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectionTableTest {

  /** By hand, from the formula: 28d and 99%, total: 1h * 14 * 1% + 2m = 10m24s. */
  @ParameterizedTest
  @CsvSource({
    "0.995, 28d, 100, FAST 6m12s,     SLOW 1h14m24s",
    "0.995, 28d, 10,  FAST 44m,       SLOW 3h24m",
    "0.99,  28d, 100, FAST 10m24s,    SLOW 1h28m48s",
    "0.99,  28d, 10,  MEDIUM 4h27m,   SLOW 5h48m",
    "0.95,  28d, 100, FAST 44m,       SLOW 3h24m",
    "0.95,  28d, 50,  MEDIUM 4h27m,   SLOW 5h48m",
    "0.95,  28d, 10,  never,          LONG 51h",
    "0.9,   28d, 100, MEDIUM 4h27m,   SLOW 5h48m",
    "0.99,  3d,  100, FAST 50s,       SLOW 9m5s",
    "0.5,   28d, 100, never,          LONG 51h",
    "0.5,   28d, 50,  never,          never"
  })
  void theFormulaSaysWhichTierFiresFirstAndWhen(
      double target, String window, int errorPercent, String breach, String risk) {
    DetectionTable.Row row =
        DetectionTable.of(objective(target, window)).rows().stream()
            .filter(candidate -> candidate.errorPercent() == errorPercent)
            .findFirst()
            .orElseThrow();

    assertThat(words(row.breach())).isEqualTo(breach);
    assertThat(words(row.risk())).isEqualTo(risk);
  }

  private static String words(Optional<DetectionTable.Detection> detection) {
    return detection
        .map(found -> found.tier() + " " + PromDuration.format(found.after()))
        .orElse("never");
  }

  private static Objective objective(double target, String window) {
    return new Objective(
        new ObjectiveRef("ml", "chat"),
        new ServiceRef("ml", "chat"),
        Indicator.ERRORS,
        target,
        PromDuration.parse(window),
        "requests_total",
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }
}
