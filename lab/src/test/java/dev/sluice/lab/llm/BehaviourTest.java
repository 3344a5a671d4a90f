package dev.sluice.lab.llm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BehaviourTest {

  @Test
  void refusesWhatCannotBe() {
    Behaviour healthy = Behaviour.healthy();

    assertThatThrownBy(() -> healthy.withErrorRate(1.5))
        .hasMessage("errorRate: 1.5 (expected: 0 to 1)");
    assertThatThrownBy(() -> healthy.withOutputTokens(0))
        .hasMessage("outputTokens: 0 (expected: >= 1)");
    assertThatThrownBy(() -> healthy.withTtft(Duration.ofMillis(-1)))
        .hasMessageContaining("expected: not negative");
  }
}
