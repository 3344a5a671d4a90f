package dev.sluice.foreman.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchDecision.Defer;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class DispatcherTest {

  private static final SloPolicy DEFAULT = SloPolicy.DEFAULT;
  private static final SloPolicy PRIORITY_5 =
      Sample.policy(new Dispatch(Answer.DEFER, 5, Answer.DEFER, OptionalInt.empty()));
  private static final SloPolicy LENIENT =
      Sample.policy(
          new Dispatch(Answer.ADMIT, Integer.MAX_VALUE, Answer.DEFER, OptionalInt.empty()));
  private static final SloPolicy OBSERVE = Sample.policy(Mode.OBSERVE, Dispatch.DEFAULT);
  // The default policy climbs in 10 steps of 30 s.
  private static final Duration CLIMB = Duration.ofMinutes(5);
  private static final Instant SOON = Sample.SINCE.plusSeconds(7);

  @ParameterizedTest(name = "{index} {0} {2}")
  @MethodSource
  void admits(
      Verdict verdict, SloPolicy policy, int priority, DispatchReason reason, double fraction) {
    DispatchDecision decision = decide(Sample.of(Sample.QWEN, verdict, policy), priority, SOON, 1);

    assertThat(decision).isInstanceOf(Admit.class);
    assertThat(decision.grounds().reason()).isEqualTo(reason);
    assertThat(decision.grounds().admitFraction()).isEqualTo(fraction);
  }

  static Stream<Arguments> admits() {
    Verdict heldBreach = Sample.unknown(VerdictState.BREACHED);
    return Stream.of(
        Arguments.of(Sample.withinBudget(), DEFAULT, 0, DispatchReason.WITHIN_BUDGET, 1),
        Arguments.of(Sample.withinBudget(), DEFAULT, -9, DispatchReason.WITHIN_BUDGET, 1),
        Arguments.of(Sample.withinBudget(), LENIENT, 0, DispatchReason.WITHIN_BUDGET, 1),
        Arguments.of(Sample.atRisk(3), DEFAULT, 0, DispatchReason.AT_RISK, 0.75),
        Arguments.of(Sample.atRisk(0.9), DEFAULT, -1, DispatchReason.AT_RISK, 1),
        Arguments.of(Sample.atRisk(3), LENIENT, -1, DispatchReason.POLICY_ADMITS, 1),
        Arguments.of(Sample.breached(), PRIORITY_5, 5, DispatchReason.PRIORITY, 0),
        Arguments.of(Sample.breached(), LENIENT, 0, DispatchReason.POLICY_ADMITS, 1),
        Arguments.of(Sample.breached(), OBSERVE, 0, DispatchReason.OBSERVE_ONLY, 1),
        Arguments.of(Sample.withinBudget(), OBSERVE, 0, DispatchReason.OBSERVE_ONLY, 1),
        Arguments.of(Sample.recovering(), LENIENT, 0, DispatchReason.POLICY_ADMITS, 1),
        Arguments.of(heldBreach, PRIORITY_5, 6, DispatchReason.PRIORITY, 0),
        Arguments.of(heldBreach, LENIENT, 0, DispatchReason.POLICY_ADMITS, 1),
        Arguments.of(
            Sample.unknown(VerdictState.WITHIN_BUDGET), DEFAULT, 0, DispatchReason.HELD, 1));
  }

  @ParameterizedTest(name = "{index} {0} {2}")
  @MethodSource
  void defers(
      Verdict verdict, SloPolicy policy, int priority, DispatchReason reason, double fraction) {
    DispatchDecision decision = decide(Sample.of(Sample.QWEN, verdict, policy), priority, SOON, 1);

    assertThat(decision).isInstanceOf(Defer.class);
    assertThat(decision.grounds().reason()).isEqualTo(reason);
    assertThat(decision.grounds().admitFraction()).isEqualTo(fraction);
  }

  static Stream<Arguments> defers() {
    Verdict heldBreach = Sample.unknown(VerdictState.BREACHED);
    return Stream.of(
        Arguments.of(Sample.atRisk(3), DEFAULT, -1, DispatchReason.AT_RISK, 0.75),
        Arguments.of(Sample.breached(), DEFAULT, 0, DispatchReason.BREACHED, 0),
        Arguments.of(Sample.breached(), DEFAULT, Integer.MAX_VALUE, DispatchReason.BREACHED, 0),
        Arguments.of(Sample.breached(), PRIORITY_5, 4, DispatchReason.BREACHED, 0),
        Arguments.of(heldBreach, DEFAULT, 0, DispatchReason.HELD, 0));
  }

  @ParameterizedTest
  @EnumSource(value = VerdictState.class, names = "UNKNOWN", mode = EnumSource.Mode.EXCLUDE)
  void whenNothingIsHeldAnyMoreThePolicyDecidesOnTheUnknown(VerdictState held) {
    Instant afterHold = Sample.SINCE.plus(Sample.HOLD);
    Verdict unknown = Sample.unknown(held);

    DispatchDecision admitted = decide(Sample.of(Sample.QWEN, unknown), 0, afterHold, 1);
    DispatchDecision deferred = decide(Sample.of(Sample.QWEN, unknown, LENIENT), 0, afterHold, 1);
    DispatchDecision passed = decide(Sample.of(Sample.QWEN, unknown, PRIORITY_5), 5, afterHold, 1);

    assertThat(admitted).isInstanceOf(Admit.class);
    assertThat(deferred).isInstanceOf(Defer.class);
    assertThat(List.of(admitted, deferred))
        .allMatch(decision -> decision.grounds().reason() == DispatchReason.UNKNOWN);
    assertThat(passed.grounds().reason()).isEqualTo(DispatchReason.PRIORITY);
  }

  @Test
  void aRecoveryAdmitsAFractionThatGrowsWithTime() {
    ServiceVerdict recovering = Sample.of(Sample.QWEN, Sample.recovering());

    double atOnce = admittedOf(recovering, Sample.SINCE);
    double atHalf = admittedOf(recovering, Sample.SINCE.plus(CLIMB.dividedBy(2)));
    double atTheEnd = admittedOf(recovering, Sample.SINCE.plus(CLIMB));

    assertThat(atOnce).isCloseTo(0.05, within(0.02));
    assertThat(atHalf).isCloseTo(0.5, within(0.04));
    assertThat(atTheEnd).isEqualTo(1);
  }

  @Test
  void aRecoveryHeldWithoutEvidenceStaysAtItsProbe() {
    ServiceVerdict held = Sample.of(Sample.QWEN, Sample.unknown(VerdictState.RECOVERING));

    DispatchDecision decision = decide(held, 0, Sample.SINCE.plus(CLIMB).minusSeconds(1), 1);

    assertThat(decision.grounds().reason()).isEqualTo(DispatchReason.HELD);
    assertThat(decision.grounds().admitFraction()).isEqualTo(0.05);
  }

  @Test
  void aClockBehindTheVerdictsStillAdmitsTheProbe() {
    ServiceVerdict recovering = Sample.of(Sample.QWEN, Sample.recovering());

    DispatchDecision decision = decide(recovering, 0, Sample.SINCE.minusSeconds(5), 1);

    assertThat(decision.grounds().admitFraction()).isEqualTo(0.05);
    assertThat(decision.grounds().evidenceAge()).contains(Duration.ZERO);
  }

  @Test
  void theSameSeedDecidesTheSame() {
    ServiceVerdict recovering = Sample.of(Sample.QWEN, Sample.recovering());
    Instant half = Sample.SINCE.plus(CLIMB.dividedBy(2));

    assertThat(LongStream.range(0, 100))
        .allSatisfy(
            seed ->
                assertThat(decide(recovering, 0, half, seed))
                    .isEqualTo(decide(recovering, 0, half, seed)));
  }

  @Test
  void waitsAreSpreadByAFifthEitherWay() {
    ServiceVerdict breached = Sample.of(Sample.QWEN, Sample.breached());

    List<Duration> waits =
        new SplittableRandom(7)
            .longs(1_000)
            .mapToObj(seed -> decide(breached, 0, SOON, seed))
            .map(decision -> ((Defer) decision).retryAfter())
            .toList();

    assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofSeconds(24)) >= 0);
    assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofSeconds(36)) <= 0);
    assertThat(waits.stream().map(Duration::toSeconds).distinct()).hasSizeGreaterThan(10);
  }

  @Test
  void theMessageExplainsFromTheBurnToTheDecision() {
    DispatchDecision decision = decide(Sample.of(Sample.QWEN, Sample.breached()), 0, SOON, 1);

    assertThat(decision.grounds().message())
        .isEqualTo(
            "InferenceService default/qwen is Breached since 2026-05-04T12:03:10Z: qwen-ttft burns"
                + " 31x its error budget over 5m; decision k3f9-0a1b2c3d");
    assertThat(decision.grounds().service()).contains(Sample.QWEN);
    assertThat(decision.grounds().state()).contains(VerdictState.BREACHED);
    assertThat(decision.grounds().decisionId()).contains(Sample.breached().decision());
    assertThat(decision.grounds().evidenceAge()).contains(Duration.ofSeconds(7));
  }

  @Test
  void theMessageSaysWhatIsHeldAndUntilWhen() {
    Verdict held = Sample.unknown(VerdictState.BREACHED);

    DispatchDecision decision = decide(Sample.of(Sample.QWEN, held), 0, SOON, 1);

    assertThat(decision.grounds().message())
        .contains("is Unknown since 2026-05-04T12:03:10Z: qwen-ttft has no rule in Prometheus")
        .contains("what Breached led to is held until 2026-05-04T12:08:10Z");
    assertThat(decision.grounds().state()).contains(VerdictState.UNKNOWN);
  }

  @Test
  void aServiceThatIsNotKnownIsAdmitted() {
    DispatchDecision decision = Dispatcher.unknownService(Sample.PHI);

    assertThat(decision).isInstanceOf(Admit.class);
    assertThat(decision.grounds().reason()).isEqualTo(DispatchReason.NO_SERVICE);
    assertThat(decision.grounds().service()).isEqualTo(Optional.empty());
    assertThat(decision.grounds().message()).contains("default/phi");
  }

  private static double admittedOf(ServiceVerdict verdict, Instant now) {
    int asked = 2_000;
    long admitted =
        new SplittableRandom(3)
            .longs(asked)
            .filter(seed -> decide(verdict, 0, now, seed) instanceof Admit)
            .count();
    return (double) admitted / asked;
  }

  private static DispatchDecision decide(
      ServiceVerdict verdict, int priority, Instant now, long seed) {
    return Dispatcher.decide(Standing.of(verdict), priority, now, seed);
  }
}
