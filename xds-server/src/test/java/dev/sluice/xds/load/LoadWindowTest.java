package dev.sluice.xds.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadWindowTest {

  private static final Instant START = Instant.parse("2026-11-26T16:00:00Z");
  private static final LoadWindow MINUTE = LoadWindow.empty(Duration.ofMinutes(1));

  private static Requests requests(long count) {
    return new Requests(Map.of("qwen", Map.of("a", count)));
  }

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void reportsOfTheLastMinuteAddUp() {
    LoadWindow window = MINUTE;
    for (int i = 0; i < 6; i++) {
      window = window.with(requests(1), after(10L * i));
    }

    assertThat(window.total(after(50))).isEqualTo(requests(6));
  }

  @Test
  void reportIsForgottenAfterAMinute() {
    LoadWindow window = MINUTE.with(requests(100), START).with(requests(1), after(10));

    assertThat(window.total(after(59))).isEqualTo(requests(101));
    assertThat(window.total(after(60))).isEqualTo(requests(1));
    assertThat(window.total(after(70))).isEqualTo(Requests.NONE);
  }

  @Test
  void reportsWithoutPauseTakeNoMoreRoomAndAreAllCounted() {
    LoadWindow window = MINUTE;
    for (int i = 0; i < 10_000; i++) {
      window = window.with(requests(1), START.plusMillis(5L * i));
    }

    assertThat(window.slots()).hasSizeLessThanOrEqualTo(13);
    assertThat(window.total(after(50))).isEqualTo(requests(10_000));
  }

  @Test
  void clockThatIsSetBackLosesNothing() {
    LoadWindow window = MINUTE.with(requests(1), after(30)).with(requests(2), START);

    assertThat(window.total(START)).isEqualTo(requests(3));
  }
}
