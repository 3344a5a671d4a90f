package dev.sluice.xds.shares;

import static dev.sluice.xds.fixture.Routers.RULE;
import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.primaryFallback;
import static dev.sluice.xds.fixture.Routers.topology;
import static dev.sluice.xds.fixture.Routers.weighted;
import static dev.sluice.xds.fixture.Routers.withMaxMoved;
import static dev.sluice.xds.fixture.Verdicts.NOON;
import static dev.sluice.xds.fixture.Verdicts.atRisk;
import static dev.sluice.xds.fixture.Verdicts.breached;
import static dev.sluice.xds.fixture.Verdicts.recovering;
import static dev.sluice.xds.fixture.Verdicts.snapshot;
import static dev.sluice.xds.fixture.Verdicts.withReplicas;
import static dev.sluice.xds.fixture.Verdicts.withinBudget;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShaperTest {

  private static final Duration STEP = SloPolicy.Shares.DEFAULT.step();
  private static final RouterSpec TWO = weighted(backend("a", 50), backend("b", 50));
  private static final RouterSpec THREE =
      weighted(backend("a", 70), backend("b", 20), backend("c", 10));

  private RouterShares shares = RouterShares.NONE;
  private Instant now = NOON;

  @Test
  void withoutVerdictsDeclaredWeightsHold() {
    shape(THREE);

    assertThat(weights()).isEqualTo(Map.of("a", 700, "b", 200, "c", 100));
    assertThat(rule().changedAt()).isEmpty();
    assertThat(rule().notes()).isEmpty();
  }

  @Test
  void breachMovesAtOnceThenHalvesOncePerStepDownToTheProbe() {
    shape(TWO, Verdicts.of("a", breached(14)));
    assertThat(weights()).isEqualTo(Map.of("a", 125, "b", 875));

    later(STEP.minusMillis(1), TWO, Verdicts.of("a", breached(14)));
    assertThat(weights()).isEqualTo(Map.of("a", 125, "b", 875));

    later(Duration.ofMillis(1), TWO, Verdicts.of("a", breached(14)));
    assertThat(weights()).isEqualTo(Map.of("a", 50, "b", 950));

    later(STEP, TWO, Verdicts.of("a", breached(14)));
    later(STEP, TWO, Verdicts.of("a", breached(14)));
    assertThat(weights()).isEqualTo(Map.of("a", 25, "b", 975));
  }

  @Test
  void secondBreachMovesAtOnceEvenRightAfterTheFirst() {
    shape(THREE, Verdicts.of("a", breached(14)));

    later(Duration.ofSeconds(1), THREE, of("a", breached(14)), of("b", breached(20)));

    assertThat(weights()).isEqualTo(Map.of("a", 175, "b", 50, "c", 775));
  }

  @Test
  void recoveredBackendGetsExactlyWhatItWasDeclared() {
    shape(THREE, of("a", breached(14)));

    for (int step = 0; step < 8; step++) {
      later(STEP, THREE, of("a", recovering(0)));
    }

    assertThat(weights()).isEqualTo(Map.of("a", 700, "b", 200, "c", 100));
    assertThat(share("a")).isEqualTo(Share.FULL);
  }

  @Test
  void oldBurnInALongWindowMovesNothing() {
    shape(TWO, of("a", atRisk(0.3)));

    assertThat(weights()).isEqualTo(Map.of("a", 500, "b", 500));
  }

  @Test
  void everyBackendBreachedKeepsDeclaredWeights() {
    shape(THREE, of("a", breached(14)), of("b", breached(14)), of("c", breached(14)));

    assertThat(weights()).isEqualTo(Map.of("a", 700, "b", 200, "c", 100));
    assertThat(rule().notes()).containsExactly("every backend is breached: declared weights stay");
  }

  @Test
  void guardedBreachStillTakesItsStepsInTime() {
    RouterSpec one = weighted(backend("a", 1));
    shape(one, of("a", breached(14)));

    for (int poll = 0; poll < 5; poll++) {
      later(Duration.ofSeconds(5), one, of("a", breached(14)));
    }

    assertThat(rule().backends().get("a"))
        .isEqualTo(new BackendShare(new Share(0.25), Share.FULL, 1000, new TreeMap<>()));
  }

  @Test
  void onlyBackendKeepsItsTrafficWhileAtRisk() {
    shape(weighted(backend("a", 1)), of("a", atRisk(3)));

    assertThat(weights()).isEqualTo(Map.of("a", 1000));
    assertThat(rule().notes())
        .containsExactly("backend a keeps its share: at most 0 of 1 are demoted at once");
  }

  @Test
  void worstHalfIsDemotedAndTheRestKeepTheirShares() {
    shape(TWO, of("a", atRisk(2)), of("b", breached(14)));

    assertThat(share("a")).isEqualTo(Share.FULL);
    assertThat(share("b")).isEqualTo(new Share(0.25));
    assertThat(rule().notes())
        .containsExactly("backend a keeps its share: at most 1 of 2 are demoted at once");
  }

  @Test
  void twoThatBurnAlikeDoNotTakeTurns() {
    shape(TWO, of("b", atRisk(2)));

    later(STEP, TWO, of("a", atRisk(3)), of("b", atRisk(2)));

    assertThat(share("b")).isEqualTo(new Share(0.75));
    assertThat(share("a")).isEqualTo(Share.FULL);
  }

  @Test
  void noMoreIsMovedThanTheGuardAllows() {
    shape(withMaxMoved(TWO, 0.1), of("a", breached(14)));

    assertThat(weights()).isEqualTo(Map.of("a", 400, "b", 600));
    assertThat(rule().notes()).containsExactly("no more than 10% of the rule's traffic is moved");
  }

  @Test
  void observedServiceMovesNothing() {
    SloPolicy observe =
        new SloPolicy(
            SloPolicy.Mode.OBSERVE,
            SloPolicy.Judge.DEFAULT,
            SloPolicy.Shares.DEFAULT,
            SloPolicy.Dispatch.DEFAULT);

    shape(TWO, Verdicts.of("a", breached(14), observe));

    assertThat(weights()).isEqualTo(Map.of("a", 500, "b", 500));
  }

  @Test
  void sheddingPrimarySharesWithTheNextAndTakesAllBackWhenRecovered() {
    RouterSpec router = primaryFallback("a", "b", "c");
    shape(router, of("a", breached(14)));
    assertThat(weights()).isEqualTo(Map.of("a", 250, "b", 750, "c", 0));

    for (int step = 0; step < 8; step++) {
      later(STEP, router, of("a", withinBudget()));
    }

    assertThat(weights()).isEqualTo(Map.of("a", 1000, "b", 0, "c", 0));
  }

  @Test
  void backendWithoutEndpointsGetsNothingAndGoesOnFromItsShareWhenBack() {
    shape(TWO, of("a", breached(14)));
    now = now.plus(STEP);
    shares =
        Shaper.shape(TWO, topology(List.of("b"), 1), snapshot(of("a", recovering(0))), shares, now);
    assertThat(weights()).isEqualTo(Map.of("a", 0, "b", 1000));

    later(STEP, TWO, of("a", recovering(0)));

    assertThat(share("a")).isEqualTo(new Share(0.45));
    assertThat(weights()).isEqualTo(Map.of("a", 225, "b", 775));
  }

  @Test
  void ruleWithoutEndpointsSaysSo() {
    shares = Shaper.shape(TWO, Topology.of(Map.of()), snapshot(), shares, now);

    assertThat(weights()).isEqualTo(Map.of("a", 0, "b", 0));
    assertThat(rule().notes()).containsExactly("no backend has a ready endpoint");
  }

  @Test
  void weightZeroTakesABackendOutOfWeightedRules() {
    shape(weighted(backend("a", 1), backend("b", 0)), of("a", breached(14)));

    assertThat(weights()).isEqualTo(Map.of("a", 1000));
  }

  @Test
  void shareWhoseVerdictIsGoneDriftsBack() {
    shape(TWO, of("a", breached(14)));

    later(STEP, TWO);

    assertThat(share("a")).isEqualTo(new Share(0.35));
  }

  @Test
  void slowReplicaAloneLosesWeight() {
    shape(
        TWO,
        topology(List.of("a", "b"), 3),
        withReplicas(of("a", withinBudget()), Map.of("a-1", breached(14))));

    assertThat(rule().backends().get("a"))
        .isEqualTo(
            new BackendShare(
                Share.FULL, Share.FULL, 500, new TreeMap<>(Map.of("a-1", new Share(0.25)))));
  }

  @Test
  void replicaIsAlsoKnownByItsAddress() {
    shape(
        TWO,
        topology(List.of("a", "b"), 2),
        withReplicas(of("a", withinBudget()), Map.of("10.0.0.2:8000", breached(14))));

    assertThat(rule().backend("a").orElseThrow().replicas())
        .isEqualTo(Map.of("a-1", new Share(0.25)));
  }

  @Test
  void everyReplicaBreachedLeavesTheServiceToItsOwnVerdict() {
    shape(
        TWO,
        topology(List.of("a", "b"), 2),
        withReplicas(of("a", breached(14)), Map.of("a-0", breached(14), "a-1", breached(14))));

    assertThat(rule().backends().get("a"))
        .isEqualTo(new BackendShare(new Share(0.25), new Share(0.25), 125, new TreeMap<>()));
    assertThat(rule().notes())
        .containsExactly("every a replica is breached: declared weights stay");
  }

  private static ServiceVerdict of(String service, Verdict verdict) {
    return Verdicts.of(service, verdict);
  }

  private void later(Duration passed, RouterSpec router, ServiceVerdict... verdicts) {
    now = now.plus(passed);
    shape(router, verdicts);
  }

  private void shape(RouterSpec router, ServiceVerdict... verdicts) {
    shape(router, topology(router), verdicts);
  }

  private void shape(RouterSpec router, Topology topology, ServiceVerdict... verdicts) {
    VerdictSnapshot snapshot = snapshot(verdicts);
    shares = Shaper.shape(router, topology, snapshot, shares, now);
  }

  private RuleShares rule() {
    return shares.rule(RULE).orElseThrow();
  }

  private Share share(String backend) {
    return rule().backend(backend).orElseThrow().share();
  }

  private Map<String, Integer> weights() {
    Map<String, Integer> weights = new TreeMap<>();
    rule().backends().forEach((name, backend) -> weights.put(name, backend.weight()));
    return weights;
  }
}
