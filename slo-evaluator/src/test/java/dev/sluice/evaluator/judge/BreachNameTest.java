package dev.sluice.evaluator.judge;

import static dev.sluice.evaluator.judge.Scene.ERRORS;
import static dev.sluice.evaluator.judge.Scene.TTFT;
import static dev.sluice.model.VerdictState.BREACHED;
import static dev.sluice.model.VerdictState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Indicator;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One breach has one decision and one beginning, whatever is known of it in between. */
class BreachNameTest {

  private static final Duration POLL = Duration.ofSeconds(5);

  private final Scene scene = Scene.withTtft();

  private Verdict breached() {
    return scene.observe(scene.firing(TTFT, 50)).verdict();
  }

  @Test
  void aBreachThatComesBackFromUnknownKeepsItsName() {
    Verdict before = breached();
    scene.failFor(Duration.ofMinutes(2));
    assertThat(scene.state()).isEqualTo(UNKNOWN);

    scene.after(POLL).observe(scene.firing(TTFT, 40));

    assertThat(scene.verdict().decision()).isEqualTo(before.decision());
    assertThat(scene.verdict().since()).isEqualTo(before.since());
    assertThat(scene.transitions()).containsExactly("default/qwen -> Breached");
  }

  @Test
  void aBreachThatComesBackClearButUnprovenKeepsItsNameAndItsTier() {
    Verdict before = breached();
    scene.failFor(Duration.ofMinutes(2));

    scene.after(POLL).observe(scene.clear(TTFT, 100));

    assertThat(scene.verdict())
        .isInstanceOfSatisfying(
            Verdict.Breached.class,
            breach -> {
              assertThat(breach.decision()).isEqualTo(before.decision());
              assertThat(breach.since()).isEqualTo(before.since());
              assertThat(breach.tier()).isEqualTo(BurnRateTier.FAST);
            });
  }

  @Test
  void aChangeOfTheCauseOfUnknownAndARestartOfOursForgetNoName() {
    Verdict before = breached();
    scene.failFor(Duration.ofMinutes(1));
    scene.after(POLL).observe(scene.unusable(TTFT, UnknownCause.RULE_STALE));
    scene.restart();

    scene.after(POLL).observe(scene.firing(TTFT, 40));

    assertThat(scene.verdict().decision()).isEqualTo(before.decision());
    assertThat(scene.verdict().since()).isEqualTo(before.since());
  }

  @Test
  void whatBurnsAfterTheHoldIsANewBreach() {
    Verdict before = breached();
    scene.failFor(Duration.ofMinutes(6));

    scene.after(POLL).observe(scene.firing(TTFT, 40));

    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.verdict().decision()).isNotEqualTo(before.decision());
    assertThat(scene.verdict().since()).isEqualTo(scene.now());
  }

  @Test
  void whatOtherObjectivesBeganIsANewBreach() {
    Verdict before = breached();
    scene.failFor(Duration.ofMinutes(1));
    scene.forget(TTFT).declare(ERRORS, Indicator.ERRORS);

    scene.after(POLL).observe(scene.firing(ERRORS, 40));

    assertThat(scene.state()).isEqualTo(BREACHED);
    assertThat(scene.verdict().decision()).isNotEqualTo(before.decision());
    assertThat(scene.verdict().since()).isEqualTo(scene.now());
  }
}
