package dev.sluice.foreman.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchDecision.Defer;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The climb of five minutes in steps of 30 s, with at most four admissions in each. */
final class MeterTest {

  private static final SloPolicy FOUR_PER_STEP =
      Sample.policy(new Dispatch(Answer.DEFER, 5, Answer.ADMIT, OptionalInt.of(4)));
  private static final Instant NEARLY_RECOVERED = Sample.SINCE.plusSeconds(280);

  private final Meter meter = new Meter();

  private DispatchDecision decide(
      Verdict verdict, int priority, Optional<String> work, Instant now, long seed) {
    Standing standing = Standing.of(Sample.of(Sample.QWEN, verdict, FOUR_PER_STEP));
    return meter.decide(standing, priority, work, now, seed);
  }

  private long admitted(Verdict verdict, Instant now) {
    return admitted(verdict, now, 0);
  }

  /** Of a hundred tasks, numbered from there. */
  private long admitted(Verdict verdict, Instant now, int from) {
    return IntStream.range(from, from + 100)
        .mapToObj(task -> decide(verdict, 0, Optional.of("fm/t" + task), now, task))
        .filter(Admit.class::isInstance)
        .count();
  }

  @Test
  void eachStepOfARecoveryAdmitsNoMoreThanItsBound() {
    assertThat(admitted(Sample.recovering(), NEARLY_RECOVERED)).isEqualTo(4);
    assertThat(admitted(Sample.recovering(), NEARLY_RECOVERED.plusSeconds(10), 100)).isZero();
    assertThat(admitted(Sample.recovering(), NEARLY_RECOVERED.plusSeconds(20), 100)).isEqualTo(4);
  }

  @Test
  void whoeverIsBeyondTheBoundIsToldWhenTheNextStepBegins() {
    assertThat(admitted(Sample.recovering(), NEARLY_RECOVERED)).isEqualTo(4);

    DispatchDecision full =
        IntStream.range(0, 100)
            .mapToObj(
                seed -> decide(Sample.recovering(), 0, Optional.empty(), NEARLY_RECOVERED, seed))
            .filter(each -> each.grounds().message().contains("all 4 admissions of this step"))
            .findFirst()
            .orElseThrow();

    assertThat(full.grounds().reason()).isEqualTo(DispatchReason.RECOVERING);
    assertThat(((Defer) full).retryAfter())
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(27));
  }

  @Test
  void aTaskThatIsAskedAboutAgainCountsOnce() {
    long first = admitted(Sample.recovering(), NEARLY_RECOVERED);
    long again = admitted(Sample.recovering(), NEARLY_RECOVERED);

    assertThat(again).isEqualTo(first).isEqualTo(4);
  }

  @Test
  void whatPassesByPriorityIsNotCounted() {
    for (int i = 0; i < 50; i++) {
      assertThat(decide(Sample.breached(), 5, Optional.empty(), NEARLY_RECOVERED, i))
          .isInstanceOf(Admit.class);
    }

    assertThat(admitted(Sample.recovering(), NEARLY_RECOVERED)).isEqualTo(4);
  }

  @Test
  void aServiceWithinBudgetIsNotMetered() {
    assertThat(admitted(Sample.withinBudget(), NEARLY_RECOVERED)).isEqualTo(100);
  }

  @Test
  void aRecoveryHeldWhileNothingIsKnownIsMeteredToo() {
    assertThat(admitted(Sample.unknown(VerdictState.RECOVERING), Sample.SINCE)).isEqualTo(4);
  }
}
