package dev.sluice.app.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.resources.FleetResources;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowerTest extends LoopScenario {

  private SavedState memory = SavedState.NONE;
  private Verdict led = nothing();
  private int ledWeight;
  private List<FleetResources> ledFleets = List.of();

  private static Verdict nothing() {
    return new Verdict.WithinBudget(START, new DecisionId("none"), List.of());
  }

  /** Another replica led for ten seconds, and into a breach. */
  @BeforeEach
  void remember() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));
    post(6, new Event.Observed(breach(6)));
    memory = SavedStateCodec.read(SavedStateCodec.write(state.saved()));
    led = verdict(SLOW);
    ledWeight = weight("slow");
    ledFleets = published().subList(published().size() - 1, published().size());

    state = LoopState.following(at(7));
    performed.clear();
  }

  @Test
  void aFollowerServesWhatTheLeaderRemembersWithoutAskingPrometheus() {
    post(7, new Event.WorldChanged(WORLD));
    List<FleetResources> before = published();
    post(8, new Event.Remembered(memory));

    assertThat(before).isEmpty();
    assertThat(published()).isEqualTo(ledFleets);
    assertThat(verdict(SLOW)).isEqualTo(led);
    assertThat(state.snapshot().revision()).isEqualTo(memory.revision());
    assertThat(performed).noneMatch(Effect.Poll.class::isInstance);
    assertThat(performed).noneMatch(Effect.SaveState.class::isInstance);
    assertThat(announcements()).noneMatch(Announcement.VerdictChanged.class::isInstance);
  }

  @Test
  void aFollowerWithoutAnyMemoryServesWhatIsDeclaredAfterFirstEvidence() {
    post(7, new Event.WorldChanged(WORLD));
    post(16, new Event.Tick());
    List<FleetResources> early = published();
    post(17, new Event.Tick());

    assertThat(early).isEmpty();
    assertThat(published()).hasSize(1);
    assertThat(weight("slow")).isEqualTo(500);
    assertThat(state.snapshot().services()).isEmpty();
  }

  @Test
  void takingOverInABreachPublishesNoTransition() {
    follow();

    post(20, new Event.RoleChanged(Role.LEADER));
    boolean asked = performed.stream().anyMatch(Effect.Poll.class::isInstance);
    post(21, new Event.Tick());
    post(22, new Event.Observed(breach(22)));

    assertThat(asked).isTrue();
    assertThat(verdict(SLOW).decision()).isEqualTo(led.decision());
    assertThat(verdict(SLOW).since()).isEqualTo(led.since());
    assertThat(weight("slow")).isEqualTo(ledWeight);
    assertThat(published()).isEqualTo(ledFleets);
    assertThat(announcements()).noneMatch(Announcement.VerdictChanged.class::isInstance);
    assertThat(state.snapshot().revision()).isEqualTo(memory.revision());
    assertThat(state.saved().isAsGoodAs(memory)).isTrue();
  }

  @Test
  void whoTakesOverWhilePrometheusIsAwayKeepsTheVerdictForItsGrace() {
    follow();

    post(60, new Event.RoleChanged(Role.LEADER));
    post(61, new Event.Observed(new Observation.Failed(at(61), "connection refused")));
    VerdictState soon = verdict(SLOW).state();
    post(80, new Event.Observed(new Observation.Failed(at(80), "connection refused")));

    assertThat(soon).isEqualTo(VerdictState.BREACHED);
    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.UNKNOWN);
    assertThat(verdict(SLOW).actingState(at(80))).isEqualTo(VerdictState.BREACHED);
  }

  @Test
  void whoNoLongerLeadsGoesByTheNewLeadersMemory() {
    follow();
    post(20, new Event.RoleChanged(Role.LEADER));
    post(21, new Event.Observed(breach(21)));

    post(30, new Event.RoleChanged(Role.FOLLOWER));
    post(31, new Event.Observed(calm(31)));
    performed.clear();
    post(32, new Event.Remembered(SavedState.NONE));

    assertThat(performed).noneMatch(Effect.SaveState.class::isInstance);
    assertThat(state.snapshot().services()).isEmpty();
  }

  @Test
  void aLeaderDoesNotGoByAnEchoOfItsOwnMemory() {
    follow();
    post(20, new Event.RoleChanged(Role.LEADER));
    post(21, new Event.Observed(breach(21)));

    post(22, new Event.Remembered(SavedState.NONE));

    assertThat(verdict(SLOW).decision()).isEqualTo(led.decision());
  }

  @Test
  void theSharesOfAFollowerGoOnWhileNobodyLeads() {
    follow();

    post(40, new Event.Tick());

    assertThat(weight("slow")).isLessThan(ledWeight);
  }

  private void follow() {
    post(7, new Event.WorldChanged(WORLD));
    post(8, new Event.Remembered(memory));
  }
}
