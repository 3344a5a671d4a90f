package dev.sluice.app.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.RouterRef;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.resources.ResourceCompiler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreTest extends LoopScenario {

  @Test
  void nothingIsPublishedBeforePrometheusAnswers() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Tick());
    post(2, new Event.Observed(new Observation.Failed(at(2), "connection refused")));
    post(9, new Event.Tick());

    assertThat(published()).isEmpty();
    assertThat(performed).noneMatch(Effect.SaveState.class::isInstance);
  }

  @Test
  void nothingIsPublishedBeforeTheWorldIsRead() {
    post(0, new Event.Observed(calm(0)));
    post(30, new Event.Tick());

    assertThat(performed).isEmpty();
  }

  @Test
  void theFirstAnswerBeginsServing() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));

    assertThat(published()).extracting(FleetResources::fleet).containsExactly(CHAT);
    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.WITHIN_BUDGET);
    assertThat(weight("slow")).isEqualTo(500);
  }

  @Test
  void withoutAnAnswerDeclaredWeightsAreServedAfterFirstEvidence() {
    post(0, new Event.WorldChanged(WORLD));
    post(10, new Event.Tick());

    assertThat(published()).hasSize(1);
    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.UNKNOWN);
    assertThat(weight("slow")).isEqualTo(500);
  }

  @Test
  void verdictsArePublishedBeforeTheFleetsTheyShape() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));
    performed.clear();

    post(2, new Event.Observed(breach(2)));

    List<String> order =
        performed.stream()
            .filter(effect -> !(effect instanceof Effect.Announce))
            .map(effect -> effect.getClass().getSimpleName())
            .toList();
    assertThat(order).containsExactly("PublishVerdicts", "PublishFleet", "SaveState");
    assertThat(weight("slow")).isEqualTo(125);
  }

  @Test
  void aRestartInABreachChangesNeitherVerdictNorShares() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));
    post(6, new Event.Observed(breach(6)));
    Verdict before = verdict(SLOW);
    int weightBefore = weight("slow");
    SavedState saved = SavedStateCodec.read(SavedStateCodec.write(state.saved()));

    state = LoopState.leading(saved, at(12));
    performed.clear();
    post(12, new Event.WorldChanged(WORLD));
    post(13, new Event.Observed(breach(13)));

    assertThat(verdict(SLOW).decision()).isEqualTo(before.decision());
    assertThat(verdict(SLOW).since()).isEqualTo(before.since());
    assertThat(weight("slow")).isEqualTo(weightBefore);
    assertThat(announcements()).noneMatch(Announcement.VerdictChanged.class::isInstance);
    assertThat(announcements()).noneMatch(Announcement.SharesChanged.class::isInstance);
    assertThat(state.snapshot().revision()).isGreaterThan(saved.revision());
  }

  @Test
  void aRestartWithoutPrometheusServesTheRememberedShares() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(breach(1)));
    int weightBefore = weight("slow");

    state = LoopState.leading(state.saved(), at(20));
    performed.clear();
    post(20, new Event.WorldChanged(WORLD));
    post(30, new Event.Tick());

    assertThat(published()).hasSize(1);
    assertThat(weight("slow")).isEqualTo(weightBefore);
    assertThat(verdict(SLOW).actingState(at(30))).isEqualTo(VerdictState.BREACHED);
  }

  @Test
  void unchangedFleetsAreNotPublishedAgain() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));
    performed.clear();

    post(2, new Event.Tick());
    post(6, new Event.Observed(calm(6)));

    assertThat(published()).isEmpty();
  }

  @Test
  void aRevisionGrowsWithVerdictsAndNotWithPolls() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));
    long first = state.snapshot().revision();
    post(6, new Event.Observed(calm(6)));
    long afterCalm = state.snapshot().revision();
    post(11, new Event.Observed(breach(11)));

    assertThat(afterCalm).isEqualTo(first);
    assertThat(state.snapshot().revision()).isEqualTo(first + 1);
  }

  @Test
  void aRouterThatDoesNotCompileStopsNoOther() {
    RouterRef broken = new RouterRef("default", "broken");
    World both =
        Manifests.NONE
            .read(
                "world.yaml",
                service("slow", 8001) + service("fine", 8002) + router("broken") + router("chat"))
            .world();
    Core failing =
        new Core(
            (router, topology, shares, verdicts) -> {
              if (router.ref().equals(broken)) {
                throw new IllegalStateException("no way");
              }
              return ResourceCompiler.compile(router, topology, shares, verdicts);
            },
            Duration.ofSeconds(10));

    post(failing, 0, new Event.WorldChanged(both));
    post(failing, 1, new Event.Observed(calm(1)));
    post(failing, 2, new Event.Tick());

    assertThat(published()).extracting(FleetResources::fleet).containsExactly(CHAT);
    assertThat(state.faults()).containsExactly(Map.entry(broken, "no way"));
    assertThat(announcements())
        .filteredOn(Announcement.RouterFailed.class::isInstance)
        .containsExactly(new Announcement.RouterFailed(broken, "no way"));
  }

  @Test
  void aRouterThatIsGoneIsServedNoMore() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(calm(1)));

    post(2, new Event.WorldChanged(Manifests.NONE.world()));

    assertThat(performed).contains(new Effect.RemoveFleet(CHAT));
    assertThat(state.shares()).isEmpty();
  }

  @Test
  void aPollerThatFallsSilentCountsAsPrometheusAway() {
    post(0, new Event.WorldChanged(WORLD));
    post(1, new Event.Observed(breach(1)));

    post(30, new Event.Tick());
    VerdictState soon = verdict(SLOW).state();
    post(32, new Event.Tick());

    assertThat(soon).isEqualTo(VerdictState.BREACHED);
    assertThat(verdict(SLOW).state()).isEqualTo(VerdictState.UNKNOWN);
    assertThat(verdict(SLOW).actingState(at(32))).isEqualTo(VerdictState.BREACHED);
  }

  @Test
  void problemsAreAnnouncedOnceAndTheirEndToo() {
    World bad = Manifests.NONE.read("x.yaml", "kind: [").world();

    post(0, new Event.WorldChanged(bad));
    post(1, new Event.WorldChanged(bad));
    post(2, new Event.WorldChanged(Manifests.NONE.world()));

    assertThat(announcements())
        .containsExactly(
            new Announcement.ProblemFound(bad.problems().getFirst()),
            new Announcement.ProblemGone(bad.problems().getFirst()));
  }
}
