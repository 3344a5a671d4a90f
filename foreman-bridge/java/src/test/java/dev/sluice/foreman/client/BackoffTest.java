package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10));

  @ParameterizedTest(name = "{0} failures: {1} ms")
  @CsvSource({"0, 250", "1, 500", "5, 8000", "6, 10000", "1000000, 10000"})
  void doublesUpToTheLast(int failures, long millis) {
    assertThat(backoff.pause(failures, 0.5)).hasMillis(millis);
  }

  @Test
  void isSpreadByAFifthEitherWay() {
    assertThat(backoff.pause(0, 0)).hasMillis(200);
    assertThat(backoff.pause(0, 1)).hasMillis(300);
  }
}
