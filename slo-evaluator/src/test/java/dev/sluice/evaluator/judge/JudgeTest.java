package dev.sluice.evaluator.judge;

import static dev.sluice.evaluator.judge.Scene.ERRORS;
import static dev.sluice.evaluator.judge.Scene.QWEN;
import static dev.sluice.evaluator.judge.Scene.TTFT;
import static dev.sluice.evaluator.judge.Scene.WHOLE;
import static dev.sluice.model.VerdictState.AT_RISK;
import static dev.sluice.model.VerdictState.BREACHED;
import static dev.sluice.model.VerdictState.RECOVERING;
import static dev.sluice.model.VerdictState.UNKNOWN;
import static dev.sluice.model.VerdictState.WITHIN_BUDGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JudgeTest {

  private static final Duration POLL = Duration.ofSeconds(5);

  private final Scene scene = Scene.withTtft();

  private Scene breached() {
    return scene.observe(scene.firing(TTFT, 50));
  }

  @Test
  void aFiringFastAlertIsABreachAtOnce() {
    scene.observe(scene.clear(TTFT, 100)).after(POLL).observe(scene.firing(TTFT, 50));

    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.transitions()).containsExactly("default/qwen -> Breached");
    assertThat(scene.verdict().words())
        .isEqualTo(
            "qwen-ttft burns 50.0x its error budget over 5m, fast alert firing (14x over 5m and"
                + " 1h)");
  }

  @Test
  void aPendingFastAlertOrAFiringSlowOneIsARisk() {
    scene.observe(scene.pending(TTFT));
    assertThat(scene.state()).isEqualTo(AT_RISK);

    scene.after(POLL).observe(scene.slowFiring(TTFT, 3));
    assertThat(scene.state()).isEqualTo(AT_RISK);
  }

  @Test
  void theWorstObjectiveWins() {
    scene.declare(ERRORS, Indicator.ERRORS);

    scene.observe(scene.clear(TTFT, 100), scene.firing(ERRORS, 20));

    assertThat(scene.verdict())
        .isInstanceOfSatisfying(
            Verdict.Breached.class,
            breached -> assertThat(breached.indicators()).containsExactly(Indicator.ERRORS));
    assertThat(scene.verdict().objective()).contains(ERRORS);
  }

  @Test
  void oneObjectiveThatCannotBeReadMakesTheServiceUnknownUnlessAnotherIsAtRisk() {
    scene.declare(ERRORS, Indicator.ERRORS);

    scene.observe(scene.unusable(TTFT, UnknownCause.RULE_MISSING), scene.clear(ERRORS, 100));
    assertThat(scene.state()).isEqualTo(UNKNOWN);

    scene
        .after(POLL)
        .observe(scene.unusable(TTFT, UnknownCause.RULE_MISSING), scene.pending(ERRORS));
    assertThat(scene.state()).isEqualTo(AT_RISK);
  }

  @Test
  void recoveryNeedsTheAlertClearForLongEnoughAndProof() {
    breached();

    scene.observeFor(Duration.ofMinutes(2), () -> scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.verdict().words()).contains("clear for 1m55s of 2m, 100 of 20 requests seen");

    scene.after(POLL).observe(scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(RECOVERING);
    assertThat(scene.verdict().words()).contains("recovery proven by 100 requests");
  }

  @Test
  void aClearAlertWithoutEnoughTrafficProvesNothing() {
    breached();

    scene.observeFor(Duration.ofMinutes(9), () -> scene.clear(TTFT, 19));
    assertThat(scene.state()).isEqualTo(BREACHED);

    scene.after(POLL).observe(scene.clear(TTFT, 20));
    assertThat(scene.state()).isEqualTo(RECOVERING);
  }

  @Test
  void aServiceThatNobodyCallsRecoversByTimeAlone() {
    breached();

    scene.observeFor(Duration.ofMinutes(10), () -> scene.clear(TTFT, 0));
    assertThat(scene.state()).isEqualTo(BREACHED);

    scene.after(POLL).observe(scene.clear(TTFT, 0));
    assertThat(scene.state()).isEqualTo(RECOVERING);
    assertThat(scene.verdict().words()).contains("clear for 10m with fewer than 20 requests");
  }

  @Test
  void prometheusRestartDoesNotClearABreach() {
    breached();

    // an alert with a short `for` isn't restored: it starts again as pending
    scene.observeFor(Duration.ofMinutes(3), () -> scene.pending(TTFT));
    assertThat(scene.state()).isEqualTo(BREACHED);

    scene.after(POLL).observe(scene.firing(TTFT, 50));
    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.transitions()).isEmpty();
  }

  @Test
  void anInactiveAlertWhoseShortWindowStillBurnsIsNotClear() {
    breached();

    scene.observeFor(Duration.ofMinutes(5), () -> scene.evidence(WHOLE, TTFT, Map.of(), 30, 100));

    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.verdict().words()).doesNotContain("clear for");
  }

  @Test
  void recoveringLastsAsLongAsSharesNeedToClimb() {
    breached();
    scene.observeFor(Duration.ofSeconds(125), () -> scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(RECOVERING);

    // from 5% by 10% every 30 s: ten steps
    scene.observeFor(Duration.ofSeconds(295), () -> scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(RECOVERING);
    scene.after(POLL).observe(scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(WITHIN_BUDGET);
  }

  @Test
  void afterRecoveryASlowAlertThatStillFiresIsARisk() {
    breached();
    scene.observeFor(Duration.ofSeconds(125), () -> scene.slowFiring(TTFT, 0.1));
    assertThat(scene.state()).isEqualTo(RECOVERING);

    scene.observeFor(Duration.ofMinutes(5), () -> scene.slowFiring(TTFT, 0.1));
    assertThat(scene.state()).isEqualTo(AT_RISK);
  }

  @Test
  void aSecondBreachWhileRecoveringDoublesTheWaitUpToTheCap() {
    breached();
    Duration[] waits = {
      Duration.ofMinutes(2), Duration.ofMinutes(4), Duration.ofMinutes(8), Duration.ofMinutes(8)
    };
    for (Duration wait : waits) {
      scene.observeFor(wait, () -> scene.clear(TTFT, 100));
      assertThat(scene.state()).isEqualTo(BREACHED);
      scene.after(POLL).observe(scene.clear(TTFT, 100));
      assertThat(scene.state()).isEqualTo(RECOVERING);
      scene.after(POLL).observe(scene.firing(TTFT, 50));
      assertThat(scene.state()).isEqualTo(BREACHED);
    }
  }

  @Test
  void aLongerWaitDecaysWhileWithinBudget() {
    breached();
    scene.observeFor(Duration.ofSeconds(125), () -> scene.clear(TTFT, 100));
    scene.after(POLL).observe(scene.firing(TTFT, 50)); // the wait is 4 minutes now
    scene.observeFor(Duration.ofSeconds(245), () -> scene.clear(TTFT, 100));
    scene.observeFor(Duration.ofMinutes(5), () -> scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(WITHIN_BUDGET);
    scene.observeFor(Duration.ofMinutes(5), () -> scene.clear(TTFT, 100));

    scene.after(POLL).observe(scene.firing(TTFT, 50));
    scene.observeFor(Duration.ofSeconds(125), () -> scene.clear(TTFT, 100));

    assertThat(scene.state()).isEqualTo(RECOVERING);
  }

  @Test
  void oneMissedPollChangesNothing() {
    breached();
    Verdict before = scene.verdict();

    scene.failFor(Duration.ofSeconds(10));

    assertThat(scene.verdict()).isEqualTo(before);
  }

  @Test
  void prometheusAwayIsUnknownAndHoldsTheBreachForABoundedTime() {
    breached();
    scene.failFor(Duration.ofSeconds(15));

    Verdict.Unknown unknown = (Verdict.Unknown) scene.verdict();
    assertThat(unknown.cause()).isEqualTo(UnknownCause.SOURCE_UNREACHABLE);
    assertThat(unknown.held()).isEqualTo(BREACHED);
    assertThat(unknown.words()).isEqualTo("connection refused");

    scene.failFor(Duration.ofSeconds(295));
    assertThat(scene.verdict().actingState(scene.now())).isEqualTo(BREACHED);
    scene.failFor(Duration.ofSeconds(5));
    assertThat(scene.verdict().actingState(scene.now())).isEqualTo(UNKNOWN);
    assertThat(scene.verdict().decision()).isEqualTo(unknown.decision());
  }

  @Test
  void evidenceThatComesBackClearDuringTheHoldStartsTheClearClockAnew() {
    breached();
    scene.failFor(Duration.ofMinutes(4));

    scene.after(POLL).observe(scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(BREACHED);
    scene.observeFor(Duration.ofSeconds(115), () -> scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(BREACHED);
    scene.after(POLL).observe(scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(RECOVERING);
  }

  @Test
  void aBreachedObjectiveWhoseMetricVanishesIsHeldNotCleared() {
    scene.declare(ERRORS, Indicator.ERRORS);
    scene.observe(scene.firing(TTFT, 50), scene.clear(ERRORS, 100));

    scene
        .after(Duration.ofSeconds(20))
        .observe(scene.unusable(TTFT, UnknownCause.METRIC_ABSENT), scene.clear(ERRORS, 100));

    assertThat(scene.verdict())
        .isInstanceOfSatisfying(
            Verdict.Unknown.class,
            unknown -> {
              assertThat(unknown.held()).isEqualTo(BREACHED);
              assertThat(unknown.cause()).isEqualTo(UnknownCause.METRIC_ABSENT);
            });
  }

  @Test
  void plannedAbsenceIsNeitherABreachNorAProof() {
    breached();
    scene.observeFor(Duration.ofSeconds(115), () -> scene.clear(TTFT, 100));

    scene
        .present(new Presence.PlannedAbsence("suspended"))
        .observeFor(Duration.ofMinutes(1), () -> scene.clear(TTFT, 0));
    assertThat(scene.state()).isEqualTo(UNKNOWN);
    assertThat(scene.verdict().words()).isEqualTo("InferenceService default/qwen is suspended");

    scene.present(new Presence.Active()).after(POLL).observe(scene.clear(TTFT, 100));
    assertThat(scene.state()).isEqualTo(BREACHED);
  }

  @Test
  void aServiceWithoutAnObjectiveIsUnknown() {
    scene.forget(TTFT).observe();

    assertThat(((Verdict.Unknown) scene.verdict()).cause()).isEqualTo(UnknownCause.NO_OBJECTIVE);
    assertThat(scene.verdict().words()).contains("is Pyrra installed?");
  }

  @Test
  void aServiceWithoutAnObjectiveStaysSoWhilePrometheusIsAway() {
    scene.forget(TTFT).observe();

    scene.failFor(Duration.ofMinutes(1));

    assertThat(((Verdict.Unknown) scene.verdict()).cause()).isEqualTo(UnknownCause.NO_OBJECTIVE);
    assertThat(scene.transitions()).isEmpty();
  }

  @Test
  void aPrometheusThatWasNeverThereIsNamedToo() {
    scene.failFor(POLL);

    assertThat(scene.state()).isEqualTo(UNKNOWN);
    assertThat(scene.verdict().words()).isEqualTo("connection refused");
    assertThat(scene.verdict().objective()).contains(TTFT);
  }

  @Test
  void deletingTheBreachedObjectiveEndsTheBreachWithoutAFlap() {
    scene.declare(ERRORS, Indicator.ERRORS);
    scene.observe(scene.firing(TTFT, 50), scene.clear(ERRORS, 100));

    scene.forget(TTFT).after(POLL).observe(scene.clear(ERRORS, 100));

    assertThat(scene.state()).isEqualTo(WITHIN_BUDGET);
  }

  @Test
  void aRestartOfOursChangesNothing() {
    breached();
    scene.observeFor(Duration.ofMinutes(1), () -> scene.clear(TTFT, 100));
    DecisionId decision = scene.verdict().decision();
    Instant since = scene.verdict().since();

    scene.restart().after(Duration.ofSeconds(40)).observe(scene.clear(TTFT, 100));

    assertThat(scene.transitions()).isEmpty();
    assertThat(scene.verdict().decision()).isEqualTo(decision);
    assertThat(scene.verdict().since()).isEqualTo(since);
  }

  @Test
  void aSlowReplicaIsBreachedAloneAndTheServiceIsNot() {
    scene.forget(TTFT).declare(TTFT, Indicator.LATENCY, "pod");

    scene.observe(
        scene.clear(TTFT, 100), replica("pod-a", AlertState.FIRING), replica("pod-b", null));

    assertThat(scene.state()).isEqualTo(WITHIN_BUDGET);
    assertThat(scene.replica("pod-a").state()).isEqualTo(BREACHED);
    assertThat(scene.replica("pod-b").state()).isEqualTo(WITHIN_BUDGET);
  }

  @Test
  void aServiceWhoseEveryReplicaIsBreachedIsBreached() {
    scene.forget(TTFT).declare(TTFT, Indicator.LATENCY, "pod");

    scene.observe(
        scene.clear(TTFT, 100),
        replica("pod-a", AlertState.FIRING),
        replica("pod-b", AlertState.FIRING));

    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.verdict().words()).contains("qwen-ttft is breached in every replica");
  }

  @Test
  void oneMissedPollDoesNotEndABreachOfEveryReplica() {
    scene.forget(TTFT).declare(TTFT, Indicator.LATENCY, "pod");
    scene.observe(scene.clear(TTFT, 100), replica("pod-a", AlertState.FIRING));
    assertThat(scene.state()).isEqualTo(BREACHED);

    scene.failFor(POLL);

    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.transitions()).isEmpty();
  }

  @Test
  void aReplicaThatIsGoneIsForgottenOnceNothingIsHeldForIt() {
    scene.forget(TTFT).declare(TTFT, Indicator.LATENCY, "pod");
    scene.observe(
        scene.clear(TTFT, 100), replica("pod-a", AlertState.FIRING), replica("pod-b", null));

    scene.observeFor(Duration.ofSeconds(20), () -> scene.clear(TTFT, 100));
    assertThat(scene.replica("pod-a").state()).isEqualTo(UNKNOWN);
    assertThat(scene.service().replicas()).doesNotContainKey("pod-b");

    scene.observeFor(Duration.ofMinutes(6), () -> scene.clear(TTFT, 100));
    assertThat(scene.service().replicas()).isEmpty();
  }

  private Evidence replica(String name, @Nullable AlertState fast) {
    return scene.evidence(
        new Subject.Replica(QWEN, name),
        TTFT,
        fast == null ? Map.of() : Map.of(BurnRateTier.FAST, fast),
        fast == null ? 0.1 : 50,
        100);
  }
}
