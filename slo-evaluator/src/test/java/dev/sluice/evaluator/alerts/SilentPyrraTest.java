package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Judge;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Judgement;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is concluded when Pyrra says nothing, through the parser and the judge. */
class SilentPyrraTest extends ReaderFixture {

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration LONGER_THAN_THE_GRACE = Duration.ofSeconds(20);
  private static final String UNREACHABLE = "HTTP 503 for /api/v1/rules";

  private final List<Verdict> history = new ArrayList<>();
  private JudgeState state = JudgeState.EMPTY;
  private Instant now = NOON;
  private boolean isAway;

  @Test
  void withoutPyrrasObjectsNothingIsConcluded() {
    Declarations onlyQwen =
        Declarations.of(Map.of(QWEN, new Presence.Active()), Map.of(), List.of());

    Verdict verdict = judge(onlyQwen);

    assertUnknown(verdict, UnknownCause.NO_OBJECTIVE, "is Pyrra installed?");
  }

  @Test
  void rulesThatWereNeverLoadedAreNotAHealthyService() {
    Verdict verdict = judge(declared(TTFT));

    assertUnknown(
        verdict,
        UnknownCause.RULE_MISSING,
        "is Pyrra running, and does rule_files include its output?");
  }

  @Test
  void aPrometheusRuleThatNobodyPicksUpIsNamedAmongOthersThatAre() {
    Objective errors = objective("ml", "errors", QWEN, TOTAL);
    PyrraRules.Group _ = rules.add(TTFT);

    Verdict verdict = judge(declared(TTFT, errors));

    assertUnknown(
        verdict,
        UnknownCause.RULE_MISSING,
        "rules for ServiceLevelObjective ml/errors aren't loaded in Prometheus");
    assertThat(verdict.words()).contains("does its ruleSelector match");
  }

  @Test
  void aRuleGroupThatFailsIsNotAHealthyService() {
    rules.add(TTFT).tier(BurnRateTier.FAST).put("health", "err").put("lastError", "bad matching");

    Verdict verdict = judge(declared(TTFT));

    assertUnknown(verdict, UnknownCause.RULE_FAILING, "ml/ttft: bad matching");
  }

  @Test
  void aPrometheusThatRestartsWithoutTheRulesIsNotAHealthyService() {
    PyrraRules.Group _ = rules.add(TTFT);
    assertThat(judge(declared(TTFT)).state()).isEqualTo(VerdictState.WITHIN_BUDGET);

    rules.clear();
    during(LONGER_THAN_THE_GRACE, () -> judge(declared(TTFT)));

    assertUnknown(history.getLast(), UnknownCause.RULE_MISSING, "aren't loaded in Prometheus");
    assertThat(history.getLast().actingState(now)).isEqualTo(VerdictState.WITHIN_BUDGET);
  }

  @Test
  void tenMinutesWithoutPrometheusAreUnknownAfterTheGraceAndHoldTheBreachNoLongerThanTheHold() {
    rules.add(TTFT).alert(BurnRateTier.FAST, "firing", Map.of());
    assertThat(judge(declared(TTFT)).state()).isEqualTo(VerdictState.BREACHED);
    Instant lastEvidence = now;

    isAway = true;
    prometheus.refuse();
    Instant holdUntil = lastEvidence.plus(Judge.GRACE).plus(Duration.ofMinutes(5));
    during(
        Duration.ofMinutes(10),
        () -> {
          Verdict verdict = judge(declared(TTFT));
          boolean isGrace = now.isBefore(lastEvidence.plus(Judge.GRACE));
          assertThat(verdict.state())
              .isEqualTo(isGrace ? VerdictState.BREACHED : VerdictState.UNKNOWN);
          assertThat(verdict.actingState(now))
              .isEqualTo(now.isBefore(holdUntil) ? VerdictState.BREACHED : VerdictState.UNKNOWN);
        });

    assertUnknown(history.getLast(), UnknownCause.SOURCE_UNREACHABLE, UNREACHABLE);
    assertThat(history.stream().map(Verdict::decision).distinct()).hasSize(2);
  }

  private void during(Duration time, Runnable poll) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      now = now.plus(POLL);
      poll.run();
    }
  }

  private Verdict judge(Declarations declarations) {
    if (!isAway) {
      prometheus.rules(rules.toString(), NOON);
    }
    Observation observation =
        prometheus.reader().observe(new Question(declarations, Set.of()), now);
    Judgement judgement = Judge.judge(declarations, observation, state, now);
    state = judgement.next();
    Verdict verdict = judgement.services().getFirst().verdict();
    history.add(verdict);
    return verdict;
  }

  private static Declarations declared(Objective... objectives) {
    return question(Set.of(), objectives).declarations();
  }

  private static void assertUnknown(Verdict verdict, UnknownCause cause, String words) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Unknown.class, unknown -> assertThat(unknown.cause()).isEqualTo(cause));
    assertThat(verdict.words()).contains(words);
  }
}
