package dev.sluice.foreman.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Judge;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.SloPolicy.Shares;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DispatchRulesTest {

  @ParameterizedTest(name = "probe {0}, recoverBy {1}, step {2} s: {3} s")
  @CsvSource({"0.05, 0.1, 30, 300", "0.02, 0.2, 5, 25", "1, 0.1, 30, 30", "0.5, 1, 7, 7"})
  void dispatchClimbsAsLongAsAShare(double probe, double recoverBy, long step, long climb) {
    Share full = Share.FULL;
    Shares shares = new Shares(full, full, new Share(probe), recoverBy, Duration.ofSeconds(step));

    DispatchRules rules =
        DispatchRules.of(new SloPolicy(Mode.ENFORCE, Judge.DEFAULT, shares, Dispatch.DEFAULT));

    assertThat(rules.climb()).hasSeconds(climb);
  }

  @ParameterizedTest(name = "clearFor {0} s: ask again after {1} s")
  @CsvSource({"1, 10", "10, 10", "17, 17", "30, 30", "120, 30"})
  void asksAgainAfterClearForWithinBounds(long clearFor, long askAgain) {
    Judge judge =
        new Judge(
            Duration.ofSeconds(clearFor),
            Duration.ofSeconds(clearFor),
            1,
            Duration.ofMinutes(10),
            Duration.ofMinutes(5));

    DispatchRules rules =
        DispatchRules.of(new SloPolicy(Mode.ENFORCE, judge, Shares.DEFAULT, Dispatch.DEFAULT));

    assertThat(rules.askAgain()).hasSeconds(askAgain);
  }

  @Test
  void byDefaultNoPriorityPasses() {
    assertThat(DispatchRules.of(SloPolicy.DEFAULT).minPriority()).isEmpty();
  }
}
