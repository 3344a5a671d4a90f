package dev.sluice.xds.shares;

import static dev.sluice.xds.fixture.Routers.backend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.RuleLatency;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.fixture.Routers;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatencyJudgeTest {

  private static final Duration STEP = SloPolicy.Shares.DEFAULT.step();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final List<Backend> BACKENDS = List.of(backend("a", 1), backend("b", 1));
  private static final RouterSpec ROUTER =
      Routers.router(
          BACKENDS,
          Routers.rule("chat", Rule.Strategy.PRIMARY_FALLBACK, Match.ANY, List.of("a", "b"))
              .withLatencyTarget(Optional.of(Duration.ofMillis(500))));
  private static final Topology BOTH = Routers.topology(ROUTER);
  private static final VerdictSnapshot NO_VERDICTS = VerdictSnapshot.of(1, NOON, List.of());

  private RouterShares shares = RouterShares.NONE;
  private Topology topology = BOTH;
  private VerdictSnapshot verdicts = NO_VERDICTS;
  private Instant now = NOON;

  @Test
  void aPrimaryWithinTheTargetKeepsAll() {
    measure(500, 100);

    assertThat(weight("a")).isEqualTo(1000);
    assertThat(rule().lateness()).isEmpty();
  }

  @Test
  void aLatePrimaryShedsToItsFallbackAtOnceThenStepByStepToTheProbe() {
    measure(1900, 34);
    assertThat(weight("a")).isEqualTo(250);
    assertThat(rule().lateness().orElseThrow().words())
        .isEqualTo(
            "a late since 2026-01-01T12:00:00Z: latencySLOMs 500, P95 1900 ms of 34 requests");

    later(STEP, 1900, 34);
    assertThat(weight("a")).isEqualTo(100);
    later(STEP, 1900, 34);
    later(STEP, 1900, 34);
    assertThat(weight("a")).isEqualTo(50);
  }

  @Test
  void aCuredPrimaryClimbsByATenthAStepAndIsForgottenOnceAllIsBack() {
    measure(1900, 34);

    later(STEP, 200, 30);
    assertThat(weight("a")).isEqualTo(350);
    assertThat(rule().lateness().orElseThrow().state()).isEqualTo(Lateness.State.RECOVERING);

    for (int step = 0; step < 7; step++) {
      later(STEP, 200, 100);
    }
    assertThat(weight("a")).isEqualTo(1000);
    later(STEP, 200, 100);
    assertThat(rule().lateness()).isEmpty();
  }

  @Test
  void oneThatIsLateAgainWhileItRecoversShedsAgain() {
    measure(1900, 34);
    later(STEP, 200, 30);

    later(Duration.ofSeconds(1), 900, 30);

    assertThat(weight("a")).isEqualTo(250);
  }

  @Test
  void fewRequestsProveNothing() {
    measure(1900, 19);

    assertThat(weight("a")).isEqualTo(1000);
  }

  @Test
  void whatFewRequestsCannotProveIsHeldUntilItWasIdleForLong() {
    measure(1900, 34);
    later(STEP, 1900, 3);
    assertThat(weight("a")).isEqualTo(250);

    later(SloPolicy.Judge.DEFAULT.idleRecovery().minusSeconds(1), 1900, 3);
    assertThat(weight("a")).isEqualTo(250);

    later(Duration.ofSeconds(1), 1900, 3);
    assertThat(weight("a")).isEqualTo(350);
  }

  @Test
  void withoutAnAnswerOfPrometheusTheSharesAreHeldThenComeBack() {
    measure(1900, 34);
    now = now.plus(STEP);
    turn(Optional.empty());
    assertThat(weight("a")).isEqualTo(250);

    now = now.plus(SloPolicy.Judge.DEFAULT.holdLast());
    turn(Optional.empty());
    assertThat(weight("a")).isEqualTo(350);
  }

  @Test
  void anotherBackendsLatencyAndAnotherRulesSayNothingOfThePrimary() {
    turn(
        Optional.of(
            List.of(
                new RuleLatency(ROUTER.ref(), "chat", "b", 9000, 100),
                new RuleLatency(ROUTER.ref(), "other", "a", 9000, 100))));

    assertThat(weight("a")).isEqualTo(1000);
  }

  @Test
  void aLatePrimaryWithoutAFallbackThatAnswersKeepsAll() {
    topology = Routers.topology(List.of("a"), 1);

    measure(1900, 34);

    assertThat(weight("a")).isEqualTo(1000);
  }

  @Test
  void aLatePrimaryWhoseOnlyFallbackIsBreachedKeepsAll() {
    verdicts = Verdicts.snapshot(Verdicts.of("b", Verdicts.breached(14)));

    measure(1900, 34);

    assertThat(weight("a")).isEqualTo(1000);
  }

  @Test
  void whoGoesOnFromWhatIsRememberedShapesAlikeWithoutMeasuring() {
    measure(1900, 34);

    RouterShares follower = Shaper.shape(ROUTER, topology, NO_VERDICTS, shares, now);

    assertThat(follower).isEqualTo(shares);
  }

  @Test
  void aTargetThatIsNoLongerDeclaredMovesNothing() {
    measure(1900, 34);
    RouterSpec without =
        Routers.router(
            BACKENDS,
            Routers.rule("chat", Rule.Strategy.PRIMARY_FALLBACK, Match.ANY, List.of("a", "b")));

    shares = LatencyJudge.judge(without, topology, NO_VERDICTS, Optional.empty(), shares, now);

    assertThat(rule().lateness()).isEmpty();
  }

  private void later(Duration passed, double p95Millis, double samples) {
    now = now.plus(passed);
    measure(p95Millis, samples);
  }

  private void measure(double p95Millis, double samples) {
    turn(Optional.of(List.of(new RuleLatency(ROUTER.ref(), "chat", "a", p95Millis, samples))));
  }

  private void turn(Optional<List<RuleLatency>> measured) {
    RouterShares judged = LatencyJudge.judge(ROUTER, topology, verdicts, measured, shares, now);
    shares = Shaper.shape(ROUTER, topology, verdicts, judged, now);
  }

  private RuleShares rule() {
    return shares.rule("chat").orElseThrow();
  }

  private int weight(String backend) {
    return rule().backend(backend).orElseThrow().weight();
  }
}
