package dev.sluice.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.report.Run.Chaos;
import dev.sluice.demo.report.Run.Disturbance;
import dev.sluice.demo.report.Run.Phase;
import dev.sluice.demo.report.Run.Phases;
import dev.sluice.demo.report.Run.Seconds;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ClaimsTest {

  private static final Phases PHASES = CannedRun.good().phases();
  private static final Seconds SECONDS = CannedRun.good().seconds();

  @Test
  void everyClaimHoldsForARunThatWentWell() {
    List<Claim> claims = Claims.check(CannedRun.good());

    assertThat(claims).hasSize(11).allMatch(Claim::held);
  }

  @Test
  void oneFailedRequestIsTooMany() {
    assertThat(broken(CannedRun.failing(1)))
        .singleElement()
        .satisfies(claim -> assertThat(claim.figures()).contains("1 of 15000", "status 503"));
  }

  @Test
  void trafficThatMovesTooLateBreaksTheClaim() {
    Seconds late =
        new Seconds(
            SECONDS.injectToFiring(),
            OptionalDouble.of(4),
            OptionalDouble.of(56.1),
            SECONDS.healToRecovered());

    assertThat(broken(CannedRun.with(PHASES, late)))
        .extracting(Claim::figures)
        .containsExactly("below 10.0% after 60.1 s (expected: at most 60 s)");
  }

  @Test
  void moreThanTheProbeShareBreaksTheClaim() {
    assertThat(broken(during(0.013, 118, "DEFER", "burns")))
        .extracting(Claim::figures)
        .containsExactly("served 1.3% (expected: above 0, up to 1.2%)");
  }

  @Test
  void aBackendThatIsServedNothingCouldNeverProveItself() {
    assertThat(broken(during(0, 118, "DEFER", "burns"))).hasSize(1);
  }

  @Test
  void clientsMustKeepTheObjectiveDuringTheBreach() {
    assertThat(broken(during(0.007, 500, "DEFER", "burns")))
        .extracting(Claim::figures)
        .containsExactly("p99 500 ms (expected: below 500 ms)");
  }

  @Test
  void dispatchMustBeDeferredAllAlongAndSayWhy() {
    assertThat(broken(during(0.007, 118, "DEFER and ADMIT", "burns"))).hasSize(1);
    assertThat(broken(during(0.007, 118, "DEFER", " "))).hasSize(1);
  }

  @Test
  void aShareThatStaysAwayBreaksTheClaim() {
    Phase after = new Phase(CannedRun.shares(0.3), 110, "ADMIT", "within budget");

    Run run =
        CannedRun.with(new Phases(PHASES.before(), PHASES.during(), Optional.of(after)), SECONDS);

    assertThat(broken(run))
        .extracting(Claim::figures)
        .containsExactly("gpu-a 35.0%, gpu-b 35.0%, gpu-c 30.0%");
  }

  @Test
  void aFalseRecoveryDuringARestartBreaksTheClaim() {
    Chaos chaos =
        new Chaos(
            Disturbance.RESTART_PROMETHEUS,
            0.007,
            0.007,
            "a",
            "b",
            List.of("BREACHED", "RECOVERING"),
            30);

    assertThat(broken(CannedRun.with(PHASES, SECONDS, List.of(chaos), Optional.empty())))
        .hasSize(1);
  }

  @Test
  void anotherDecisionAfterAKillBreaksTheClaimButNotAfterARestartOfPrometheus() {
    for (Disturbance disturbance : Disturbance.values()) {
      Chaos chaos = new Chaos(disturbance, 0.007, 0.007, "a", "b", List.of("BREACHED"), 8);

      Run run = CannedRun.with(PHASES, SECONDS, List.of(chaos), Optional.empty());

      assertThat(broken(run).isEmpty()).isEqualTo(disturbance == Disturbance.RESTART_PROMETHEUS);
    }
  }

  @Test
  void aStoryThatStalledBreaksEveryClaimItCouldNotMeasure() {
    Phases none = new Phases(PHASES.before(), Optional.empty(), Optional.empty());
    OptionalDouble never = OptionalDouble.empty();

    Run run =
        CannedRun.with(
            none,
            new Seconds(never, never, never, never),
            List.of(),
            Optional.of("no alert fires"));

    assertThat(broken(run))
        .hasSize(7)
        .extracting(Claim::figures)
        .contains("waited in vain: no alert fires", "never measured", "never below 10.0%");
  }

  private static Run during(double share, double ttft, String dispatch, String words) {
    Phase during = new Phase(CannedRun.shares(share), ttft, dispatch, words);
    return CannedRun.with(
        new Phases(PHASES.before(), Optional.of(during), PHASES.after()), SECONDS);
  }

  private static List<Claim> broken(Run run) {
    return Claims.check(run).stream().filter(claim -> !claim.held()).toList();
  }
}
