package dev.sluice.app.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.VerdictState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's word in the place of a verdict, for a minute. */
class OverrideTest extends LoopScenario {

  /** {@link #START} and a minute. */
  private static final String END = "2026-01-01T00:01:00Z";

  private static World overridden(String state, String until) {
    return overridden(state, until, "");
  }

  private static World overridden(String state, String until, String reason) {
    String annotated =
        service("slow", 8001)
            .replaceFirst(
                "metadata: \\{name: slow}",
                "metadata: {name: slow, annotations: {sluice.dev/override: \"%s\",".formatted(state)
                    + " sluice.dev/override-until: \"%s\",".formatted(until)
                    + " sluice.dev/override-reason: \"%s\"}}".formatted(reason));
    return Manifests.NONE
        .read("world.yaml", annotated + service("fine", 8002) + router("chat"))
        .world();
  }

  private List<VerdictState> announced() {
    return announcements().stream()
        .filter(Announcement.VerdictChanged.class::isInstance)
        .map(announcement -> ((Announcement.VerdictChanged) announcement).transition())
        .map(Transition::after)
        .map(verdict -> verdict.state())
        .toList();
  }

  @BeforeEach
  void theServiceIsWithinItsBudget() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));
    performed.clear();
  }

  @Test
  void aServiceThatAPersonCallsBreachedLosesItsTrafficUntilTheEnd() {
    post(2, new Event.WorldChanged(overridden("Breached", END)));
    int atFirst = weight("slow");
    post(32, new Event.Observed(calm(32)));
    int later = weight("slow");
    post(59, new Event.Tick());
    VerdictState last = verdict(SLOW).state();
    post(60, new Event.Tick());

    assertThat(atFirst).isEqualTo(125);
    assertThat(later).isLessThan(atFirst);
    assertThat(last).isEqualTo(VerdictState.BREACHED);
    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.WITHIN_BUDGET);
    assertThat(announced()).containsExactly(VerdictState.BREACHED, VerdictState.WITHIN_BUDGET);
  }

  @Test
  void itSaysThatItIsByHandAndWhatTheEvidenceSays() {
    post(2, new Event.WorldChanged(overridden("WithinBudget", END)));
    post(3, new Event.Observed(breach(3)));

    assertThat(verdict(SLOW).words())
        .startsWith("overridden by hand until 2026-01-01T00:01:00Z; judged Breached: ");
    assertThat(verdict(SLOW).since()).isEqualTo(at(2));
  }

  @Test
  void itSaysWhyOnOneLine() {
    post(2, new Event.WorldChanged(overridden("WithinBudget", END, "ticket 7\\\\nby ada")));

    assertThat(verdict(SLOW).words())
        .startsWith("overridden by hand until 2026-01-01T00:01:00Z (ticket 7 by ada); judged ");
  }

  @Test
  void aBreachUnderAnOverrideMovesNothingUntilItEndsAndThenAtOnce() {
    post(2, new Event.WorldChanged(overridden("WithinBudget", END)));
    post(3, new Event.Observed(breach(3)));
    post(59, new Event.Observed(breach(59)));
    int during = weight("slow");
    post(60, new Event.Tick());

    assertThat(during).isEqualTo(500);
    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.BREACHED);
    assertThat(verdict(SLOW).since()).isEqualTo(at(3));
    assertThat(weight("slow")).isEqualTo(125);
    assertThat(announced()).containsExactly(VerdictState.WITHIN_BUDGET, VerdictState.BREACHED);
  }

  @Test
  void aServiceThatIsUnknownAtTheEndIsHeldFromItsFirstUnknownAndThenClimbs() {
    post(2, new Event.WorldChanged(overridden("Breached", END)));
    post(20, unreachable(20)); // Unknown from now on, and held until 320
    post(59, unreachable(59));
    int during = weight("slow");
    post(60, unreachable(60));
    VerdictState atTheEnd = verdict(SLOW).state();
    post(319, unreachable(319));
    int held = weight("slow");
    post(320, unreachable(320));

    assertThat(atTheEnd).isEqualTo(VerdictState.UNKNOWN);
    assertThat(during).isLessThan(125);
    assertThat(held).isEqualTo(during);
    assertThat(weight("slow")).isGreaterThan(during);
  }

  @Test
  void aServiceThatWasUnknownForLongClimbsAtTheEnd() {
    post(2, new Event.WorldChanged(overridden("Breached", "2026-01-01T00:10:00Z")));
    post(20, unreachable(20));
    post(40, unreachable(40));
    post(80, unreachable(80)); // at its probe share from now on
    post(599, unreachable(599));
    int during = weight("slow");
    post(600, new Event.Tick());

    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.UNKNOWN);
    assertThat(weight("slow")).isGreaterThan(during);
  }

  private static Event unreachable(int second) {
    return new Event.Observed(new Observation.Failed(at(second), "connection refused"));
  }

  @Test
  void anOverrideThatIsTakenBackEndsAtOnce() {
    post(2, new Event.WorldChanged(overridden("Breached", END)));
    long during = state.snapshot().revision();
    post(3, new Event.WorldChanged(WORLD));

    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.WITHIN_BUDGET);
    assertThat(state.snapshot().revision()).isEqualTo(during + 1);
  }

  @Test
  void anOverrideWhoseEndHasPassedDoesNothing() {
    post(61, new Event.WorldChanged(overridden("Breached", END)));

    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.WITHIN_BUDGET);
    assertThat(announced()).isEmpty();
  }

  @Test
  void aRestartNamesTheSameDecision() {
    post(2, new Event.WorldChanged(overridden("Breached", END)));
    var before = verdict(SLOW).decision();

    state = LoopState.leading(SavedStateCodec.read(SavedStateCodec.write(state.saved())), at(12));
    post(12, new Event.WorldChanged(overridden("Breached", END)));
    post(13, new Event.Observed(calm(13)));

    assertThat(verdict(SLOW).decision()).isEqualTo(before);
    assertThat(weight("slow")).isEqualTo(125);
  }

  @Test
  void aSlipOverridesNothingAndRejectsNothingElse() {
    World slip = overridden("Broken", END);
    World endless = overridden("Breached", "");

    post(2, new Event.WorldChanged(slip));

    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.WITHIN_BUDGET);
    assertThat(weight("slow")).isEqualTo(500);
    assertThat(slip.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "world.yaml:3: InferenceService default/slow:"
                + " metadata.annotations.sluice.dev/override: \"Broken\" (expected: Breached or"
                + " WithinBudget; nothing is overridden)");
    assertThat(endless.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "world.yaml:3: InferenceService default/slow:"
                + " metadata.annotations.sluice.dev/override-until: \"\" (expected: when it ends,"
                + " like 2026-01-31T18:00:00Z; nothing is overridden)");
  }
}
