package dev.sluice.foreman.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BreachCodecTest {

  private static final Instant NOW = Sample.SINCE.plusMillis(61_234);

  @ParameterizedTest
  @MethodSource("verdicts")
  void aServiceComesBackAsItWas(Verdict verdict) {
    ServiceVerdict service = Sample.of(Sample.QWEN, verdict);

    Standing back = BreachCodec.decode(BreachCodec.encode(service, decide(service)));

    assertThat(back).isEqualTo(Standing.of(service));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void aDecisionComesBackAsItWas(Verdict verdict) {
    DispatchDecision decision = decide(Sample.of(Sample.QWEN, verdict));

    assertThat(BreachCodec.decode(BreachCodec.encode(decision))).isEqualTo(decision);
  }

  static Stream<Verdict> verdicts() {
    return Stream.of(
        Sample.withinBudget(),
        Sample.atRisk(2.5),
        Sample.breached(),
        Sample.recovering(),
        Sample.unknown(VerdictState.WITHIN_BUDGET),
        Sample.unknown(VerdictState.BREACHED));
  }

  @Test
  void rulesOtherThanTheDefaultsComeBackAsTheyWere() {
    SloPolicy policy =
        Sample.policy(
            Mode.OBSERVE, new Dispatch(Answer.ADMIT, -3, Answer.DEFER, OptionalInt.of(4)));
    ServiceVerdict service = Sample.of(Sample.LLAMA, Sample.breached(), policy);

    Standing back = BreachCodec.decode(BreachCodec.encode(service, decide(service)));

    assertThat(back).isEqualTo(Standing.of(service));
  }

  @Test
  void aDecisionWithoutAServiceComesBackAsItWas() {
    DispatchDecision decision = Dispatcher.unknownService(Sample.PHI);

    assertThat(BreachCodec.decode(BreachCodec.encode(decision))).isEqualTo(decision);
  }

  @Test
  void anAdmittedDecisionCarriesNoWait() {
    DispatchDecision decision = decide(Sample.of(Sample.QWEN, Sample.withinBudget()));

    assertThat(BreachCodec.encode(decision).hasRetryAfter()).isFalse();
  }

  @Test
  void replicasAreSaidByName() {
    ServiceVerdict service = Sample.of(Sample.QWEN, Sample.breached());

    ServiceStatus wire = BreachCodec.encode(service, decide(service));

    assertThat(wire.getReplicasMap())
        .containsOnly(entry("qwen-0", VerdictCodec.encode(Sample.withinBudget())));
  }

  @Test
  void whatThisVersionDoesNotKnowIsRefusedAndSaysWhatItKnows() {
    dev.sluice.breach.v1.DispatchDecision newer =
        dev.sluice.breach.v1.DispatchDecision.newBuilder()
            .setDecision(Decision.DECISION_ADMIT)
            .setReasonValue(99)
            .build();

    assertThatThrownBy(() -> BreachCodec.decode(newer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UNRECOGNIZED")
        .hasMessageContaining("DECISION_REASON_BREACHED");
  }

  private static DispatchDecision decide(ServiceVerdict service) {
    return Dispatcher.decide(Standing.of(service), 0, NOW, 11);
  }
}
