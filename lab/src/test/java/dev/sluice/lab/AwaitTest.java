package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void returnsTheFirstValueThereIs() {
    AtomicInteger calls = new AtomicInteger();

    String value =
        Await.value(
            LONG,
            "third call",
            () -> calls.incrementAndGet() < 3 ? Optional.<String>empty() : Optional.of("here"));

    assertThat(value).isEqualTo("here");
    assertThat(calls).hasValue(3);
  }

  @Test
  void aConditionThatThrowsIsNotYetTrue() {
    AtomicInteger calls = new AtomicInteger();

    Await.untilAsserted(LONG, "two calls", () -> assertThat(calls.incrementAndGet()).isEqualTo(2));

    assertThat(calls).hasValue(2);
  }

  @Test
  void theDeadlineSaysWhatWasAwaitedAndWhyItFailedLast() {
    assertThatThrownBy(
            () ->
                Await.until(
                    Duration.ofMillis(1),
                    "the moon",
                    () -> {
                      throw new IllegalStateException("cloudy");
                    }))
        .hasMessageContaining("not within PT0.001S: the moon")
        .hasMessageContaining("cloudy")
        .hasRootCauseMessage("cloudy");
  }
}
