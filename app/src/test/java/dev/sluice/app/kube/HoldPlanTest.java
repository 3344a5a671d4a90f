package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.HoldPlan.Ground;
import dev.sluice.app.kube.HoldPlan.Step;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HoldPlanTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant END = NOON.plus(HoldPlan.LASTS);
  private static final Ground BREACHED = new Ground.Breached("m5x-0a1b", "qwen is Breached");
  private static final Ground FREE = new Ground.Free("qwen is WithinBudget");
  private static final Ground NOTHING_KNOWN = new Ground.NothingKnown();
  private static final Step STAY = new Step.Stay();

  private static Step next(AgentScene agent, Ground ground) {
    return HoldPlan.next(agent.agent(), true, ground, NOON);
  }

  private static AgentScene coder() {
    return AgentScene.coder();
  }

  @Test
  void anAgentOfABreachedServiceIsHeldByTheDecision() {
    assertThat(next(coder(), BREACHED))
        .isEqualTo(new Step.Hold("m5x-0a1b", END, "qwen is Breached"));
  }

  @Test
  void aDecisionThatIsNoLabelsValueIsMadeOne() {
    Ground odd = new Ground.Breached("-by/hand:" + "x".repeat(80) + "-", "words");

    assertThat(next(coder(), odd))
        .isInstanceOfSatisfying(
            Step.Hold.class,
            hold -> assertThat(hold.by()).matches("[A-Za-z0-9]([-A-Za-z0-9._]{0,61}[A-Za-z0-9])?"));
  }

  @Test
  void anAgentThatMayWorkIsLeftAlone() {
    assertThat(next(coder(), FREE)).isEqualTo(STAY);
    assertThat(next(coder(), NOTHING_KNOWN)).isEqualTo(STAY);
  }

  @Test
  void aHoldIsRenewedUnderItsFirstNameOnceAThirdOfItIsOver() {
    Instant fresh = NOON.plus(HoldPlan.RENEWED_AT).plusSeconds(1);
    Instant old = NOON.plus(HoldPlan.RENEWED_AT);

    assertThat(next(coder().heldBy("first", fresh), BREACHED)).isEqualTo(STAY);
    assertThat(next(coder().heldBy("first", old), BREACHED))
        .isEqualTo(new Step.Renew("first", END));
  }

  @Test
  void aHoldWhoseServiceMayWorkAgainIsReleased() {
    assertThat(next(coder().heldBy("m5x", END), FREE))
        .isEqualTo(new Step.Release("qwen is WithinBudget"));
  }

  @Test
  void aHoldStaysWhileNothingIsKnownUntilItEnds() {
    assertThat(next(coder().heldBy("m5x", END), NOTHING_KNOWN)).isEqualTo(STAY);
    assertThat(next(coder().heldBy("m5x", NOON), NOTHING_KNOWN)).isInstanceOf(Step.Release.class);
  }

  @Test
  void aHoldByHandStaysUntilItEndsWhateverIsDecided() {
    AgentScene held = coder().heldBy(HoldPlan.MANUAL, NOON.plusSeconds(1));

    assertThat(next(held, FREE)).isEqualTo(STAY);
    assertThat(next(held, BREACHED)).isEqualTo(STAY);
    assertThat(HoldPlan.next(held.agent(), false, FREE, NOON)).isEqualTo(STAY);
  }

  @Test
  void aHoldByHandThatIsOverIsReleasedOrFollowedByTheDecisions() {
    AgentScene over = coder().heldBy(HoldPlan.MANUAL, NOON);

    assertThat(next(over, FREE)).isEqualTo(new Step.Release("the hold by hand is over"));
    assertThat(next(over, BREACHED)).isInstanceOf(Step.Hold.class);
    assertThat(HoldPlan.next(over.agent(), false, BREACHED, NOON))
        .isEqualTo(new Step.Release("the hold by hand is over"));
  }

  @Test
  void theLabelOfSomeoneElseIsLeftAlone() {
    assertThat(next(coder().labelled("me"), BREACHED)).isEqualTo(STAY);
    assertThat(next(coder().labelled("me"), FREE)).isEqualTo(STAY);
  }

  @Test
  void aLabelThatWasTakenAwayIsPutBackAndItsEndTakenOffAfterwards() {
    AgentScene rest = coder().heldUntil(END.toString());

    assertThat(next(rest, BREACHED)).isInstanceOf(Step.Hold.class);
    assertThat(next(rest, FREE)).isInstanceOf(Step.Release.class);
  }

  @Test
  void anEndThatIsNoTimeHasPassed() {
    AgentScene held = coder().labelled(HoldPlan.MANUAL).heldUntil("tomorrow");

    assertThat(next(held, FREE)).isInstanceOf(Step.Release.class);
  }

  @Test
  void anAgentThatOptsOutIsNeitherHeldNorKept() {
    AgentScene out = coder().annotated(KubeAgent.HOLD, "false");

    assertThat(next(out, BREACHED)).isEqualTo(STAY);
    assertThat(next(out.heldBy("m5x", END), BREACHED))
        .isEqualTo(new Step.Release("the Agent says sluice.dev/hold: \"false\""));
  }

  @Test
  void holdsThatAreSwitchedOffEnd() {
    Instant later = NOON.plus(Duration.ofMinutes(1));

    assertThat(HoldPlan.next(coder().heldBy("m5x", END).agent(), false, BREACHED, later))
        .isEqualTo(new Step.Release("holds are switched off"));
    assertThat(HoldPlan.next(coder().agent(), false, BREACHED, later)).isEqualTo(STAY);
  }
}
