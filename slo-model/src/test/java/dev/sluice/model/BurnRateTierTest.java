package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The expected windows are those in the labels of rules that Pyrra v0.10.1 generated. */
class BurnRateTierTest {

  @Test
  void windowsOf28DaysAreTheReference() {
    assertThat(BurnRateTier.allWindows(Duration.ofDays(28)).stream().map(BurnRateTierTest::print))
        .containsExactly(
            "FAST 5m/1h for 2m", "MEDIUM 30m/6h for 15m", "SLOW 2h/1d for 1h", "LONG 6h/4d for 3h");
  }

  @Test
  void windowsOf7DaysAreScaledAndRoundedToMinutes() {
    assertThat(BurnRateTier.allWindows(Duration.ofDays(7)).stream().map(BurnRateTierTest::print))
        .containsExactly(
            "FAST 1m/15m for 1m",
            "MEDIUM 8m/1h30m for 4m",
            "SLOW 30m/6h for 15m",
            "LONG 1h30m/1d for 45m");
  }

  @Test
  void threeDaysIsTheShortestWindowWhoseFastTierStillHasOne() {
    assertThat(print(BurnRateTier.FAST.windows(Duration.ofDays(3)))).isEqualTo("FAST 1m/6m for 0s");
    assertThat(BurnRateTier.FAST.windows(Duration.ofDays(2)).shortWindow()).isZero();
  }

  @Test
  void anAlertsTierIsFoundByItsWindows() {
    Duration sloWindow = Duration.ofDays(28);

    assertThat(BurnRateTier.of(sloWindow, Duration.ofMinutes(30), Duration.ofHours(6)))
        .contains(BurnRateTier.MEDIUM);
    assertThat(BurnRateTier.of(sloWindow, Duration.ofMinutes(5), Duration.ofHours(6))).isEmpty();
  }

  private static String print(BurnRateTier.Windows windows) {
    return windows.tier()
        + " "
        + PromDuration.format(windows.shortWindow())
        + "/"
        + PromDuration.format(windows.longWindow())
        + " for "
        + PromDuration.format(windows.pending());
  }
}
