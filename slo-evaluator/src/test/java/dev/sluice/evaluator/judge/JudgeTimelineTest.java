package dev.sluice.evaluator.judge;

import static dev.sluice.evaluator.judge.Scene.ERRORS;
import static dev.sluice.evaluator.judge.Scene.POLICY;
import static dev.sluice.evaluator.judge.Scene.QWEN;
import static dev.sluice.evaluator.judge.Scene.TTFT;
import static dev.sluice.evaluator.judge.Scene.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds on any timeline of alerts, however it twists. */
class JudgeTimelineTest {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final int POLLS = 1500;
  private static final List<AlertState> STATES = List.of(AlertState.values());
  private static final Declarations DECLARATIONS =
      Declarations.of(
          Map.of(QWEN, new Presence.Active()),
          Map.of(QWEN, POLICY),
          List.of(objective(TTFT, Indicator.LATENCY), objective(ERRORS, Indicator.ERRORS)));

  private record Turn(
      Instant at, Observation observation, Verdict verdict, JudgeState remembered) {}

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 200, 300})
  void invariantsHoldOnRandomTimelines(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + 15; seed++) {
      List<Turn> turns = play(seed, false);

      assertThat(turns).as("seed %d", seed).hasSize(POLLS);
      neverFlipsFasterThanThePolicyAllows(seed, turns);
      neverRecoversWithoutProof(seed, turns);
      unknownHoldsLongEnough(seed, turns);
      aBreachKeepsItsNameWhileItIsHeld(seed, turns);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aRestartAtAnyTurnChangesNothing(long seed) {
    assertThat(play(seed, true)).isEqualTo(play(seed, false));
  }

  private static void neverFlipsFasterThanThePolicyAllows(long seed, List<Turn> turns) {
    Instant breachedAt = Instant.MIN;
    for (int i = 1; i < turns.size(); i++) {
      Verdict before = turns.get(i - 1).verdict();
      Verdict after = turns.get(i).verdict();
      if (before.state() != VerdictState.BREACHED && after.state() == VerdictState.BREACHED) {
        breachedAt = turns.get(i).at();
      }
      if (before.state() == VerdictState.BREACHED && after.state() == VerdictState.RECOVERING) {
        assertThat(Duration.between(breachedAt, turns.get(i).at()))
            .as("seed %d turn %d", seed, i)
            .isGreaterThanOrEqualTo(POLICY.judge().clearFor());
      }
      assertThat(
              before.state() == VerdictState.BREACHED
                  && after.state() == VerdictState.WITHIN_BUDGET)
          .as("seed %d turn %d: from Breached straight to WithinBudget", seed, i)
          .isFalse();
    }
  }

  private static void neverRecoversWithoutProof(long seed, List<Turn> turns) {
    for (int i = 1; i < turns.size(); i++) {
      boolean recovers =
          turns.get(i - 1).verdict().state() == VerdictState.BREACHED
              && turns.get(i).verdict().state() == VerdictState.RECOVERING;
      if (!recovers) {
        continue;
      }
      Instant since = turns.get(i).at().minus(POLICY.judge().clearFor());
      List<Turn> window =
          turns.subList(0, i + 1).stream().filter(turn -> !turn.at().isBefore(since)).toList();
      assertThat(window).as("seed %d turn %d", seed, i).noneMatch(JudgeTimelineTest::pageFires);
      boolean proven = turns.get(i).verdict().words().contains("recovery proven by");
      Instant idleSince = turns.get(i).at().minus(POLICY.judge().idleRecovery());
      boolean quietForLong =
          turns.subList(0, i + 1).stream()
              .filter(turn -> !turn.at().isBefore(idleSince))
              .noneMatch(JudgeTimelineTest::pageFires);
      assertThat(proven || quietForLong)
          .as("seed %d turn %d: %s", seed, i, turns.get(i).verdict().words())
          .isTrue();
    }
  }

  private static void unknownHoldsLongEnough(long seed, List<Turn> turns) {
    for (int i = 1; i < turns.size(); i++) {
      if (turns.get(i).verdict() instanceof Verdict.Unknown unknown
          && turns.get(i - 1).verdict().state() != VerdictState.UNKNOWN) {
        assertThat(Duration.between(turns.get(i).at(), unknown.holdUntil()))
            .as("seed %d turn %d", seed, i)
            .isEqualTo(POLICY.judge().holdLast());
        assertThat(unknown.held())
            .as("seed %d turn %d", seed, i)
            .isEqualTo(turns.get(i - 1).verdict().actingState(turns.get(i).at()));
      }
    }
  }

  private static void aBreachKeepsItsNameWhileItIsHeld(long seed, List<Turn> turns) {
    Optional<Verdict> breach = Optional.empty();
    for (Turn turn : turns) {
      if (turn.verdict().state() == VerdictState.BREACHED) {
        assertThat(turn.verdict().decision())
            .as("seed %d at %s", seed, turn.at())
            .isEqualTo(breach.orElse(turn.verdict()).decision());
        breach = Optional.of(turn.verdict());
      } else if (turn.verdict().actingState(turn.at()) != VerdictState.BREACHED) {
        breach = Optional.empty();
      }
    }
  }

  private static boolean pageFires(Turn turn) {
    return turn.observation() instanceof Observation.Rules rules
        && rules.pieces().stream()
            .anyMatch(
                piece ->
                    piece instanceof Evidence.Measured measured
                        && (measured.alert(BurnRateTier.FAST) == AlertState.FIRING
                            || measured.alert(BurnRateTier.MEDIUM) == AlertState.FIRING));
  }

  private static List<Turn> play(long seed, boolean restarting) {
    Random random = new Random(seed);
    Weather weather = new Weather(random);
    Judgement judgement = Judge.judge(DECLARATIONS, weather.next(START), JudgeState.EMPTY, START);
    List<Turn> turns = new ArrayList<>();
    for (int i = 1; i <= POLLS; i++) {
      Instant at = START.plus(POLL.multipliedBy(i));
      Observation observation = weather.next(at);
      judgement =
          restarting
              ? Judge.judge(DECLARATIONS, observation, restart(judgement.next()), at)
              : Judge.judge(DECLARATIONS, observation, judgement, at);
      Verdict verdict = judgement.services().getFirst().verdict();
      turns.add(new Turn(at, observation, verdict, judgement.next()));
    }
    return turns;
  }

  private static JudgeState restart(JudgeState state) {
    return JudgeStateCodec.read(JudgeStateCodec.write(state));
  }

  /** Alerts that change now and then, polls that fail now and then, traffic that comes and goes. */
  private static final class Weather {
    private final Random random;
    private final Map<ObjectiveRef, Map<BurnRateTier, AlertState>> alerts = new TreeMap<>();
    private boolean away;
    private boolean quiet;

    Weather(Random random) {
      this.random = random;
    }

    Observation next(Instant at) {
      away = flip(away, 0.005, 0.05);
      quiet = flip(quiet, 0.005, 0.02);
      return away
          ? new Observation.Failed(at, "connection refused")
          : Observation.Rules.of(at, List.of(evidence(TTFT), evidence(ERRORS)));
    }

    private Evidence evidence(ObjectiveRef objective) {
      if (random.nextDouble() < 0.01) {
        return new Evidence.Unusable(objective, WHOLE, UnknownCause.RULE_STALE, "stale");
      }
      Map<BurnRateTier, AlertState> states =
          alerts.computeIfAbsent(objective, _ -> new EnumMap<>(BurnRateTier.class));
      for (BurnRateTier tier : BurnRateTier.values()) {
        AlertState now = states.getOrDefault(tier, AlertState.INACTIVE);
        double chance = now == AlertState.INACTIVE ? 0.004 : 0.02;
        if (random.nextDouble() < chance) {
          states.put(tier, STATES.get(random.nextInt(STATES.size())));
        }
      }
      boolean burning = states.containsValue(AlertState.FIRING);
      return new Evidence.Measured(
          objective,
          WHOLE,
          states,
          quiet ? OptionalDouble.empty() : OptionalDouble.of(burning ? 20 : 0.5),
          OptionalDouble.of(quiet ? random.nextInt(3) : 60));
    }

    private boolean flip(boolean now, double on, double off) {
      return random.nextDouble() < (now ? off : on) ? !now : now;
    }
  }

  private static Objective objective(ObjectiveRef ref, Indicator indicator) {
    return new Objective(
        ref,
        QWEN,
        indicator,
        0.99,
        Duration.ofDays(28),
        "x{service=\"qwen\"}",
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }
}
