package dev.sluice.lab.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomesTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Outcomes outcomes = new Outcomes(100);

  @Test
  void aWindowHoldsWhatWasDueInIt() {
    for (int second = 0; second < 10; second++) {
      outcomes.add(good(second, "gpu-a", 100));
    }

    Window window = outcomes.window(START.plusSeconds(3), START.plusSeconds(6));

    assertThat(window.requests()).isEqualTo(3);
  }

  @Test
  void quantilesAreNearestRankOverGoodRequests() {
    for (int i = 1; i <= 99; i++) {
      outcomes.add(good(i, i % 3 == 0 ? "gpu-b" : "gpu-a", i));
    }
    outcomes.add(bad(50, "status 503"));

    Window window = outcomes.window(START, START.plusSeconds(100));

    assertThat(window.ttftP50()).contains(Duration.ofMillis(50));
    assertThat(window.ttftP99()).contains(Duration.ofMillis(99));
    assertThat(window.failed()).isEqualTo(1);
    assertThat(window.failures()).isEqualTo(Map.of("status 503", 1L));
    assertThat(window.servedBy()).isEqualTo(Map.of("gpu-a", 66L, "gpu-b", 33L, "-", 1L));
    assertThat(window.share("gpu-b")).isEqualTo(0.33);
  }

  @Test
  void anEmptyWindowHasNoQuantilesAndNoShares() {
    Window window = outcomes.window(START, START.plusSeconds(1));

    assertThat(window.ttftP99()).isEmpty();
    assertThat(window.share("gpu-a")).isZero();
  }

  @Test
  void forgottenOutcomesAreNotPassedOverInSilence() {
    for (int second = 0; second < 105; second++) {
      outcomes.due();
      outcomes.add(good(second, "gpu-a", 100));
    }

    assertThatThrownBy(() -> outcomes.window(START.plusSeconds(4), START.plusSeconds(200)))
        .hasMessageContaining("only the newest 100 outcomes are kept");
    assertThat(outcomes.window(START.plusSeconds(5), START.plusSeconds(200)).requests())
        .isEqualTo(100);
    assertThat(outcomes.totals().finished()).isEqualTo(105);
  }

  @Test
  void reasonsAreBounded() {
    for (int i = 0; i < 200; i++) {
      outcomes.add(bad(i, "reason " + i));
    }

    assertThat(outcomes.totals().failures()).hasSize(51).containsEntry("other", 150L);
    assertThat(outcomes.totals().failed()).isEqualTo(200);
  }

  private static Outcome good(int second, String servedBy, long ttftMillis) {
    Duration ttft = Duration.ofMillis(ttftMillis);
    return new Outcome(
        START.plusSeconds(second), servedBy, 200, Optional.of(ttft), ttft, Optional.empty());
  }

  private static Outcome bad(int second, String reason) {
    return new Outcome(
        START.plusSeconds(second), "-", 503, Optional.empty(), Duration.ZERO, Optional.of(reason));
  }
}
