package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Subject QWEN = new Subject.Whole(new ServiceRef("default", "qwen"));

  @Test
  void durationsReadAndPrintAsPrometheusDoes() {
    assertThat(PromDuration.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(PromDuration.parse("4w")).isEqualTo(PromDuration.parse("28d"));
    assertThat(PromDuration.format(Duration.ofDays(28))).isEqualTo("4w");
    assertThat(PromDuration.format(Duration.ofHours(36))).isEqualTo("36h");
    assertThat(PromDuration.format(Duration.ofDays(4))).isEqualTo("4d");
    assertThat(PromDuration.format(Duration.ZERO)).isEqualTo("0s");
  }

  @Test
  void aWrongDurationSaysWhatIsAccepted() {
    assertThatThrownBy(() -> PromDuration.parse("5 minutes"))
        .hasMessage("duration: \"5 minutes\" (expected: like 30s, 5m, 1h30m, 28d or 4w)");
    assertThatThrownBy(() -> PromDuration.parse("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PromDuration.parse("99999999999999999999d"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void referencesReadBackWhatTheyPrint() {
    ServiceRef dotted = new ServiceRef("ml", "chat.v2");

    assertThat(ServiceRef.parse(dotted.toString())).isEqualTo(dotted);
    assertThatThrownBy(() -> ServiceRef.parse("chat"))
        .hasMessage("InferenceService: \"chat\" (expected: NAMESPACE/NAME)");
    assertThatThrownBy(() -> new RouterRef("ml", "Chat")).hasMessageContaining("ModelRouter name");
  }

  @Test
  void aShareIsNeverZero() {
    assertThatThrownBy(() -> new Share(0)).hasMessage("share: 0.0 (expected: > 0 and <= 1)");
    assertThatThrownBy(() -> new Share(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThat(new Share(0.125)).hasToString("12.5%");
    assertThat(Share.FULL).hasToString("100%");
  }

  @Test
  void policiesOutOfOrderAreRefusedByName() {
    assertThatThrownBy(
            () ->
                new SloPolicy.Shares(
                    new Share(0.5), new Share(0.6), new Share(0.05), 0.1, Duration.ofSeconds(30)))
        .hasMessage(
            "shares: probe 5%, breached 60%, atRisk 50% (expected: probe <= breached <= atRisk)");
    assertThatThrownBy(
            () ->
                new SloPolicy.Judge(
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(1),
                    20,
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(5)))
        .hasMessage("clearForCap: 1m (expected: at least clearFor, 2m)");
  }

  @Test
  void unknownActsAsWhatItHoldsUntilTheHoldEnds() {
    Verdict.Unknown unknown =
        new Verdict.Unknown(
            NOON,
            DecisionId.of(QWEN, VerdictState.UNKNOWN, NOON),
            List.of(),
            UnknownCause.SOURCE_UNREACHABLE,
            VerdictState.BREACHED,
            NOON.plusSeconds(300));

    assertThat(unknown.actingState(NOON.plusSeconds(299))).isEqualTo(VerdictState.BREACHED);
    assertThat(unknown.actingState(NOON.plusSeconds(300))).isEqualTo(VerdictState.UNKNOWN);
    assertThat(unknown.holdWords())
        .isEqualTo("what Breached led to is held until " + NOON.plusSeconds(300));
  }

  @Test
  void theSameTransitionHasTheSameDecisionId() {
    DecisionId breach = DecisionId.of(QWEN, VerdictState.BREACHED, NOON);

    assertThat(DecisionId.of(QWEN, VerdictState.BREACHED, NOON)).isEqualTo(breach);
    assertThat(DecisionId.of(QWEN, VerdictState.RECOVERING, NOON)).isNotEqualTo(breach);
  }

  @Test
  void stateWordsReadBack() {
    for (VerdictState state : VerdictState.values()) {
      assertThat(VerdictState.ofWord(state.word())).isEqualTo(state);
    }
    assertThatThrownBy(() -> VerdictState.ofWord("breached"))
        .hasMessageContaining("expected: WithinBudget");
  }
}
