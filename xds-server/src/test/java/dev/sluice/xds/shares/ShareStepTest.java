package dev.sluice.xds.shares;

import static dev.sluice.xds.fixture.Verdicts.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.fixture.Verdicts;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareStepTest {

  private static final ShareStep DUE = new ShareStep(SloPolicy.Shares.DEFAULT, NOON, true);
  private static final ShareStep NOT_DUE = new ShareStep(SloPolicy.Shares.DEFAULT, NOON, false);

  @ParameterizedTest(name = "{0} at {1} with burn rate {2} goes to {3}, before its step to {4}")
  @CsvSource({
    // state, share, burn rate, next share, next share when not due
    "WITHIN_BUDGET, 1, 0, 1, 1",
    "WITHIN_BUDGET, 0.25, 0, 0.35, 0.25",
    "WITHIN_BUDGET, 0.95, 0, 1, 0.95",
    "AT_RISK, 1, 2, 0.75, 0.75",
    "AT_RISK, 0.75, 2, 0.75, 0.75",
    "AT_RISK, 0.7, 2, 0.75, 0.7",
    "AT_RISK, 0.25, 2, 0.35, 0.25",
    "AT_RISK, 1, 0.99, 1, 1",
    "AT_RISK, 0.75, 0.99, 0.85, 0.75",
    "BREACHED, 1, 14, 0.25, 0.25",
    "BREACHED, 0.75, 14, 0.25, 0.25",
    "BREACHED, 0.25, 14, 0.1, 0.25",
    "BREACHED, 0.1, 14, 0.05, 0.1",
    "BREACHED, 0.05, 14, 0.05, 0.05",
    "BREACHED, 0.25, 0.5, 0.25, 0.25",
    "RECOVERING, 0.05, 0, 0.15, 0.05",
    "RECOVERING, 0.25, 0.99, 0.35, 0.25",
    "RECOVERING, 0.25, 1, 0.25, 0.25",
  })
  void shareMovesByState(VerdictState state, double share, double burns, double due, double early) {
    Verdict verdict = verdict(state, burns);

    assertThat(DUE.next(new Share(share), verdict)).isEqualTo(new Share(due));
    assertThat(NOT_DUE.next(new Share(share), verdict)).isEqualTo(new Share(early));
  }

  @Test
  void breachWithoutTrafficGoesOnHalving() {
    Share next = DUE.next(new Share(0.25), Verdicts.breachedWithoutTraffic());

    assertThat(next).isEqualTo(new Share(0.1));
  }

  @Test
  void unknownHoldsTheShareAndDrivesItNowhere() {
    Verdict held = Verdicts.unknown(VerdictState.BREACHED, NOON.plusSeconds(1));

    assertThat(DUE.next(new Share(0.25), held)).isEqualTo(new Share(0.25));
    assertThat(DUE.next(Share.FULL, held)).isEqualTo(Share.FULL);
  }

  @Test
  void unknownAfterItsHoldDriftsBackStepByStep() {
    Verdict letGo = Verdicts.unknown(VerdictState.BREACHED, NOON);

    assertThat(DUE.next(new Share(0.05), letGo)).isEqualTo(new Share(0.15));
    assertThat(NOT_DUE.next(new Share(0.05), letGo)).isEqualTo(new Share(0.05));
  }

  @Test
  void recoveryFromAnyProbeLandsOnTheGridAndEndsAtFull() {
    SloPolicy.Shares policy =
        new SloPolicy.Shares(
            new Share(0.72), new Share(0.3), new Share(0.031), 0.03, Duration.ofSeconds(30));
    ShareStep step = new ShareStep(policy, NOON, true);
    Share share = policy.probe();

    for (int i = 0; i < 20; i++) {
      Share next = step.next(share, Verdicts.withinBudget());
      assertThat(next.value() * 20).isCloseTo(Math.rint(next.value() * 20), offset(1e-9));
      assertThat(next.value() - share.value()).isLessThanOrEqualTo(0.05 + 1e-9);
      share = next;
    }

    assertThat(share).isEqualTo(Share.FULL);
  }

  private static Verdict verdict(VerdictState state, double burnRate) {
    return switch (state) {
      case WITHIN_BUDGET -> Verdicts.withinBudget();
      case AT_RISK -> Verdicts.atRisk(burnRate);
      case BREACHED -> Verdicts.breached(burnRate);
      case RECOVERING -> Verdicts.recovering(burnRate);
      case UNKNOWN -> Verdicts.unknown(VerdictState.WITHIN_BUDGET, NOON);
    };
  }
}
