package dev.sluice.foreman.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.foreman.admission.TargetResolver.Work;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchDecision.Defer;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DeciderTest {

  private final Decider decider =
      new Decider(() -> Sample.SINCE.plusSeconds(7), () -> 1, new Meter());

  private DispatchDecision decide(Target target, Verdict qwen, Verdict llama) {
    VerdictSnapshot snapshot =
        VerdictSnapshot.of(
            1,
            Sample.SINCE,
            List.of(
                Sample.of(Sample.QWEN, qwen, SloPolicy.DEFAULT),
                Sample.of(Sample.LLAMA, llama, SloPolicy.DEFAULT)));
    return decider.decide(Work.unnamed(target, 0), snapshot);
  }

  @Test
  void workThatAnyOfTwoServicesTakesGoesWhileOneOfThemIsWell() {
    Target either = new Target.Services(List.of(Sample.QWEN, Sample.LLAMA));

    DispatchDecision one = decide(either, Sample.breached(), Sample.withinBudget());
    DispatchDecision none = decide(either, Sample.breached(), Sample.breached());

    assertThat(one).isInstanceOf(Admit.class);
    assertThat(one.grounds().service()).contains(Sample.LLAMA);
    assertThat(none).isInstanceOf(Defer.class);
  }

  @Test
  void workThatLandsNowhereIsAdmittedAndSaysWhy() {
    DispatchDecision decision =
        decide(new Target.Nowhere("Agent a/b has no model"), Sample.breached(), Sample.breached());

    assertThat(decision).isInstanceOf(Admit.class);
    assertThat(decision.grounds().message()).isEqualTo("Agent a/b has no model");
  }

  @Test
  void aServiceThatIsNotKnownIsAdmitted() {
    DispatchDecision decision =
        decide(
            Target.service(new ServiceRef("default", "new")), Sample.breached(), Sample.breached());

    assertThat(decision).isInstanceOf(Admit.class);
    assertThat(decision.grounds().service()).isEqualTo(Optional.empty());
  }
}
