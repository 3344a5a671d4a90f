package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.breach.v1.ServiceSnapshot;
import dev.sluice.foreman.FakeClock;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MessagesTest {

  private static final VerdictSnapshot CALM =
      Sample.snapshot(
          1,
          Sample.of(Sample.QWEN, Sample.withinBudget()),
          Sample.of(Sample.LLAMA, Sample.withinBudget()));
  private static final VerdictSnapshot BREACHED =
      Sample.snapshot(
          2, Sample.of(Sample.QWEN, Sample.breached()), Sample.of(Sample.LLAMA, Sample.breached()));

  private final FakeClock clock = new FakeClock(Sample.SINCE);
  private final AtomicLong seeds = new AtomicLong();
  private final Messages messages =
      new Messages(new Decider(clock, seeds::incrementAndGet, new Meter()), clock);

  @Test
  void aMessageIsMadeOnceForAllThatAreSentItAtOnce() {
    ServiceSnapshot first = messages.snapshot("", BREACHED);

    assertThat(messages.snapshot("", BREACHED)).isSameAs(first);
    assertThat(messages.changes("", CALM, BREACHED)).isSameAs(messages.changes("", CALM, BREACHED));
  }

  @Test
  void itsDecisionsAreNoOlderThanASecond() {
    ServiceSnapshot first = messages.snapshot("", BREACHED);

    clock.advance(Messages.FRESH.plusMillis(1));
    ServiceSnapshot later = messages.snapshot("", BREACHED);

    assertThat(later).isNotSameAs(first);
    assertThat(later.getServices(0).getDispatch().getEvidenceAge())
        .isNotEqualTo(first.getServices(0).getDispatch().getEvidenceAge());
  }

  @Test
  void aClockThatIsSetBackKeepsNothing() {
    ServiceSnapshot first = messages.snapshot("", BREACHED);

    clock.advance(Duration.ofSeconds(-1));

    assertThat(messages.snapshot("", BREACHED)).isNotSameAs(first);
  }

  @Test
  void oneNamespacesMessageIsNotAnothers() {
    ServiceSnapshot everything = messages.snapshot("", BREACHED);

    ServiceSnapshot teamB = messages.snapshot("team-b", BREACHED);

    assertThat(everything.getServicesCount()).isEqualTo(2);
    assertThat(teamB.getServicesCount()).isEqualTo(1);
  }

  @Test
  void whoMissedMoreIsSentMore() {
    VerdictSnapshot between =
        Sample.snapshot(
            2,
            Sample.of(Sample.QWEN, Sample.breached()),
            Sample.of(Sample.LLAMA, Sample.withinBudget()));
    VerdictSnapshot last = Sample.snapshot(3, BREACHED.services().toArray(ServiceVerdict[]::new));

    assertThat(messages.changes("", CALM, last).getUpdatedCount()).isEqualTo(2);
    assertThat(messages.changes("", between, last).getUpdatedCount()).isEqualTo(1);
  }
}
