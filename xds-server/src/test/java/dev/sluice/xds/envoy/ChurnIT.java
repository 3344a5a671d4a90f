package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.Routers.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.model.Indicator;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that changes on a busy day, within a minute: each step changes shares, every 10th the
 * outlier detection of the clusters, every 12th adds or removes an endpoint, every 50th edits the
 * router.
 */
@Tag("soak")
class ChurnIT {

  private static final int STEPS = 500;
  private static final double REQUESTS_PER_SECOND = 500;

  @Test
  void noRequestFailsWhateverChanges(@TempDir Path folder) {
    try (FakeLlm a = llm("a");
        FakeLlm more = llm("more");
        FakeLlm b = llm("b");
        RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(routerAt(0), topology(a, b, Optional.empty()), RouterShares.NONE);
      try (LoadGenerator load =
          LoadGenerator.start(
              LoadPlan.of(fleet.url("/v1/chat/completions"), "qwen", REQUESTS_PER_SECOND))) {
        for (int step = 1; step <= STEPS; step++) {
          Optional<FakeLlm> added = step / 12 % 2 == 1 ? Optional.of(more) : Optional.empty();
          fleet.serve(routerAt(step), topology(a, b, added), RouterShares.NONE, verdicts(step));
        }
        load.stop();

        System.out.printf(
            Locale.ROOT,
            "%d steps under load, %d requests, %d failed%n",
            STEPS,
            load.totals().finished(),
            load.totals().failed());
        assertThat(load.totals().failed()).isZero();
        assertThat(load.totals().finished()).isGreaterThan(STEPS);
      }
    }
  }

  private static ServiceVerdict[] verdicts(int step) {
    boolean failing = step / 10 % 2 == 1;
    Indicator indicator = failing ? Indicator.ERRORS : Indicator.LATENCY;
    return step % 2 == 0
        ? new ServiceVerdict[] {Verdicts.of("a", Verdicts.breached(14, indicator))}
        : new ServiceVerdict[] {Verdicts.of("b", Verdicts.breached(14, indicator))};
  }

  private static RouterSpec routerAt(int step) {
    List<Rule> rules = new ArrayList<>();
    if (step / 50 % 2 == 1) {
      Match other = new Match(Map.of(), List.of("other"), List.of(), Optional.empty(), List.of());
      rules.add(rule("other", Strategy.PRIMARY_FALLBACK, other, List.of("b", "a")));
    }
    rules.add(rule("all", Strategy.WEIGHTED, Match.ANY, List.of("a", "b")));
    return router(List.of(backend("a", 1), backend("b", 1)), rules.toArray(Rule[]::new));
  }

  private static Topology topology(FakeLlm a, FakeLlm b, Optional<FakeLlm> more) {
    List<Endpoint> ofA = new ArrayList<>(List.of(endpoint("a-0", a)));
    more.ifPresent(llm -> ofA.add(endpoint("a-1", llm)));
    Map<ServiceRef, List<Endpoint>> endpoints =
        Map.of(service("a"), ofA, service("b"), List.of(endpoint("b-0", b)));
    return Topology.of(endpoints);
  }

  private static Endpoint endpoint(String pod, FakeLlm llm) {
    return new Endpoint("127.0.0.1", llm.port(), Optional.of(pod), true);
  }

  private static FakeLlm llm(String name) {
    return FakeLlm.start(name, LlmRuntime.LLAMACPP, "qwen", Behaviour.healthy());
  }
}
