package dev.sluice.xds.shares;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.fixture.Routers;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold however verdicts and endpoints come and go. */
class ShaperTimelineTest {

  private static final SloPolicy.Shares POLICY = SloPolicy.Shares.DEFAULT;
  private static final int POLLS = 150;

  static IntStream seeds() {
    return IntStream.range(0, 30);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sharesKeepTheirBounds(int seed) {
    Timeline timeline = new Timeline(seed);
    Instant raisedAt = Instant.MIN;

    for (int poll = 0; poll < POLLS; poll++) {
      RuleShares before = timeline.rule();
      timeline.poll();
      RuleShares after = timeline.rule();

      assertWeights(timeline, after);
      assertDemotions(timeline, after);
      if (raised(before, after)) {
        assertThat(Duration.between(raisedAt, timeline.now)).isGreaterThanOrEqualTo(POLICY.step());
        raisedAt = timeline.now;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aReplayGivesTheSameShares(int seed) {
    Timeline first = new Timeline(seed);
    Timeline second = new Timeline(seed);

    for (int poll = 0; poll < POLLS; poll++) {
      first.poll();
      second.poll();

      assertThat(second.shares).isEqualTo(first.shares);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nothingIsLeftOfABreachAfterRecovery(int seed) {
    Timeline timeline = new Timeline(seed);
    for (int poll = 0; poll < POLLS; poll++) {
      timeline.poll();
    }

    timeline.heal();
    for (int step = 0; step < 15; step++) {
      timeline.shape(POLICY.step());
    }

    RouterShares fresh =
        Shaper.shape(
            timeline.router,
            timeline.topology(),
            Verdicts.snapshot(),
            RouterShares.NONE,
            timeline.now);
    assertThat(timeline.rule().backends())
        .isEqualTo(fresh.rule(Routers.RULE).orElseThrow().backends());
  }

  private static void assertWeights(Timeline timeline, RuleShares rule) {
    int sum = rule.backends().values().stream().mapToInt(BackendShare::weight).sum();
    assertThat(sum).isEqualTo(timeline.ready.isEmpty() ? 0 : RuleShares.TOTAL_WEIGHT);
    rule.backends()
        .forEach(
            (name, backend) -> {
              boolean mayWait = timeline.inOrder || !timeline.ready.contains(name);
              assertThat(backend.weight()).isGreaterThanOrEqualTo(mayWait ? 0 : 1);
              assertThat(backend.share()).isGreaterThanOrEqualTo(POLICY.probe());
            });
  }

  private static void assertDemotions(Timeline timeline, RuleShares rule) {
    int ready = timeline.ready.size();
    List<String> demoted =
        timeline.ready.stream()
            .filter(name -> rule.backend(name).orElseThrow().isDemoted())
            .toList();
    assertThat(demoted).hasSizeLessThanOrEqualTo((ready + 1) / 2);
    assertThat(ready == 0 || demoted.size() < ready).isTrue();
    assertThat(timeline.allReadyBreached() && !demoted.isEmpty()).isFalse();
  }

  private static boolean raised(RuleShares before, RuleShares after) {
    boolean raised = false;
    for (Map.Entry<String, BackendShare> entry : before.backends().entrySet()) {
      double from = entry.getValue().wanted().value();
      double to = after.backend(entry.getKey()).orElseThrow().wanted().value();
      assertThat(to - from).isLessThanOrEqualTo(POLICY.recoverBy() + 1e-9);
      raised = raised || to > from;
    }
    return raised;
  }

  /** A seeded story of one rule: verdicts that stay a while, replicas that come and go. */
  private static final class Timeline {

    private final Random random;
    private final boolean inOrder;
    private final RouterSpec router;
    private final Map<String, Verdict> verdicts = new HashMap<>();
    private List<String> ready;
    private RouterShares shares = RouterShares.NONE;
    private Instant now = Verdicts.NOON;

    Timeline(int seed) {
      random = new Random(seed);
      inOrder = random.nextBoolean();
      List<Backend> backends = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(5); i++) {
        backends.add(Routers.backend("b" + i, 1 + random.nextInt(100)));
      }
      String[] names = backends.stream().map(Backend::name).toArray(String[]::new);
      router =
          inOrder
              ? Routers.primaryFallback(names)
              : Routers.weighted(backends.toArray(Backend[]::new));
      ready = List.of(names);
    }

    void poll() {
      for (Backend backend : router.backends()) {
        if (random.nextInt(10) == 0) {
          verdicts.put(backend.name(), anyVerdict());
        }
      }
      if (random.nextInt(20) == 0) {
        ready =
            router.backends().stream()
                .map(Backend::name)
                .filter(_ -> random.nextInt(5) > 0)
                .toList();
      }
      shape(Duration.ofMillis(1 + random.nextInt(20_000)));
    }

    void shape(Duration passed) {
      now = now.plus(passed);
      ServiceVerdict[] all =
          verdicts.entrySet().stream()
              .map(entry -> Verdicts.of(entry.getKey(), entry.getValue()))
              .toArray(ServiceVerdict[]::new);
      shares = Shaper.shape(router, topology(), Verdicts.snapshot(all), shares, now);
    }

    void heal() {
      verdicts.replaceAll((_, _) -> Verdicts.withinBudget());
    }

    Topology topology() {
      return Routers.topology(ready, 1);
    }

    RuleShares rule() {
      return shares.rule(Routers.RULE).orElse(RuleShares.NONE);
    }

    boolean allReadyBreached() {
      return ready.stream()
          .map(name -> Optional.ofNullable(verdicts.get(name)))
          .allMatch(v -> v.isPresent() && v.get().actingState(now) == VerdictState.BREACHED);
    }

    private Verdict anyVerdict() {
      double burnRate = random.nextInt(4) * 0.7;
      VerdictState[] states = VerdictState.values();
      return switch (states[random.nextInt(states.length)]) {
        case WITHIN_BUDGET -> Verdicts.withinBudget();
        case AT_RISK -> Verdicts.atRisk(burnRate);
        case BREACHED -> Verdicts.breached(burnRate);
        case RECOVERING -> Verdicts.recovering(burnRate);
        case UNKNOWN ->
            Verdicts.unknown(VerdictState.BREACHED, now.plusSeconds(random.nextInt(60)));
      };
    }
  }
}
