package dev.sluice.app.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.VerdictState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverrideOrderTest {

  private static OverrideOrder read(String json) {
    return OverrideOrder.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void itLastsFromNowToAFullSecond() {
    OverrideOrder order = read("{'state': 'Breached', 'for': '90m', 'reason': ' node 7 drains '}");

    assertThat(order.from(Instant.parse("2026-01-01T12:00:00.700Z")))
        .isEqualTo(
            new VerdictOverride(
                VerdictState.BREACHED, Instant.parse("2026-01-01T13:30:00Z"), "node 7 drains"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'state': 'Broken', 'for': '1h', 'reason': 'x'}    | state: "Broken" (expected: Breached or WithinBudget)
          {'state': 'Unknown', 'for': '1h', 'reason': 'x'}   | state: "Unknown" (expected: Breached or WithinBudget)
          {'for': '1h', 'reason': 'x'}                       | state: "" (expected: Breached or WithinBudget)
          {'state': 'Breached', 'reason': 'x'}               | for: "" (expected: 1m to 24h, like 15m or 4h)
          {'state': 'Breached', 'for': 'ever', 'reason': 'x'}| for: "ever" (expected: 1m to 24h, like 15m or 4h)
          {'state': 'Breached', 'for': '25h', 'reason': 'x'} | for: "25h" (expected: 1m to 24h, like 15m or 4h)
          {'state': 'Breached', 'for': '59s', 'reason': 'x'} | for: "59s" (expected: 1m to 24h, like 15m or 4h)
          {'state': 'Breached', 'for': '1h', 'reason': ' '}  | reason: missing (expected: one line of 1 to 200 characters)
          {'state': 'Breached', 'for': '1h', 'reason': 'a\\nb'} | reason: more than one line (expected: one line of 1 to 200 characters)
          {'state': 'Breached', 'for': '1h', 'reason': 'x', 'until': 'y'} | until: unknown (expected: state, for and reason)
          ['Breached']                                       | not a JSON object (expected: {"state": "Breached", "for": "1h", "reason": "why"})
          {                                                  | not a JSON object (expected: {"state": "Breached", "for": "1h", "reason": "why"})
          """)
  void whatIsWrongIsNamedWithWhatIsExpected(String json, String words) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(words);
  }

  @Test
  void aReasonOfTwoHundredCharactersIsTakenAndOneMoreIsNot() {
    String longest = "x".repeat(200);

    assertThat(
            read("{'state': 'Breached', 'for': '1h', 'reason': '%s'}".formatted(longest)).reason())
        .isEqualTo(longest);
    assertThatThrownBy(
            () -> read("{'state': 'Breached', 'for': '1h', 'reason': '%sx'}".formatted(longest)))
        .hasMessage("reason: 201 characters (expected: one line of 1 to 200 characters)");
  }
}
