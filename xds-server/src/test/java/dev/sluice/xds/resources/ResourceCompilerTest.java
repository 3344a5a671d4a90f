package dev.sluice.xds.resources;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.primaryFallback;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.Routers.topology;
import static dev.sluice.xds.fixture.Routers.weighted;
import static dev.sluice.xds.fixture.Verdicts.NOON;
import static dev.sluice.xds.fixture.Verdicts.breached;
import static dev.sluice.xds.fixture.Verdicts.snapshot;
import static dev.sluice.xds.fixture.Verdicts.withReplicas;
import static dev.sluice.xds.fixture.Verdicts.withinBudget;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.model.Indicator;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.Shaper;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResourceCompilerTest {

  private static final RouterSpec WEIGHTED =
      weighted(backend("a", 70), backend("b", 20), backend("c", 10));

  @Test
  void backendIsALocalityWithItsWeight() {
    FleetResources resources = compile(WEIGHTED, topology(WEIGHTED));

    assertThat(localities(resources)).containsExactly("a p0 700", "b p0 200", "c p0 100");
    assertThat(resources.assignments().getFirst().getClusterName())
        .isEqualTo(resources.clusters().getFirst().getName());
  }

  @Test
  void breachChangesNothingButTheAssignment() {
    FleetResources before = compile(WEIGHTED, topology(WEIGHTED));

    FleetResources after = compile(WEIGHTED, topology(WEIGHTED), Verdicts.of("a", breached(14)));

    assertThat(localities(after)).containsExactly("a p0 175", "b p0 550", "c p0 275");
    assertThat(after.clusters()).isEqualTo(before.clusters());
    assertThat(after.listeners()).isEqualTo(before.listeners());
    assertThat(after.routes()).isEqualTo(before.routes());
  }

  @Test
  void fallbacksWaitAtLowerPrioritiesUntilThePrimarySheds() {
    RouterSpec router = primaryFallback("a", "b", "c");

    assertThat(localities(compile(router, topology(router))))
        .containsExactly("a p0 1000", "b p1 1", "c p2 1");
    assertThat(localities(compile(router, topology(router), Verdicts.of("a", breached(14)))))
        .containsExactly("a p0 250", "b p0 750", "c p1 1");
  }

  @Test
  void prioritiesHaveNoGapWhenABackendIsAway() {
    RouterSpec router = primaryFallback("a", "b", "c");

    assertThat(localities(compile(router, topology(List.of("b", "c"), 1))))
        .containsExactly("b p0 1000", "c p1 1");
    assertThat(localities(compile(router, topology(List.of("a", "c"), 1))))
        .containsExactly("a p0 1000", "c p1 1");
  }

  @Test
  void ruleWithoutEndpointsHasAnEmptyAssignment() {
    FleetResources resources = compile(WEIGHTED, Topology.of(Map.of()));

    assertThat(resources.assignments())
        .containsExactly(ClusterLoadAssignment.newBuilder().setClusterName("rule/all").build());
  }

  @Test
  void slowReplicaIsAnEndpointOfLessWeight() {
    FleetResources resources =
        compile(
            WEIGHTED,
            topology(List.of("a", "b", "c"), 2),
            withReplicas(Verdicts.of("a", withinBudget()), Map.of("a-1", breached(14))));

    assertThat(resources.assignments().getFirst().getEndpoints(0).getLbEndpointsList())
        .extracting(endpoint -> endpoint.getLoadBalancingWeight().getValue())
        .containsExactly(100, 25);
  }

  @Test
  void endpointSaysWhoItIs() {
    LbEndpoint endpoint =
        compile(WEIGHTED, topology(WEIGHTED))
            .assignments()
            .getFirst()
            .getEndpoints(0)
            .getLbEndpoints(0);

    assertThat(endpoint.getMetadata())
        .isEqualTo(
            Protos.metadata(
                Map.of(
                    "backend", "a",
                    "inferenceservice", "a",
                    "namespace", "default",
                    "pod", "a-0",
                    "router", "chat")));
  }

  @Test
  void outlierDetectionIsTightenedByFailuresAndNotBySlowness() {
    Topology topology = topology(WEIGHTED);
    FleetResources calm = compile(WEIGHTED, topology);
    FleetResources slow =
        compile(WEIGHTED, topology, Verdicts.of("b", breached(14, Indicator.LATENCY)));
    FleetResources failing =
        compile(WEIGHTED, topology, Verdicts.of("b", breached(14, Indicator.ERRORS)));

    assertThat(slow.clusters()).isEqualTo(calm.clusters());
    assertThat(consecutive5xx(failing)).isLessThan(consecutive5xx(calm));
  }

  @Test
  void equalInputsInAnyOrderGiveEqualBytes() {
    Topology one = topology(List.of("a", "b", "c"), 3);
    Topology other =
        Topology.of(
            one.endpoints().entrySet().stream()
                .collect(
                    Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().reversed())));

    assertThat(bytes(compile(WEIGHTED, other))).isEqualTo(bytes(compile(WEIGHTED, one)));
  }

  @Test
  void ruleIsDroppedUnlessABackendHasWhatItAsksFor() {
    Backend able =
        new Backend(
            "able",
            Optional.empty(),
            backend("able", 1).upstream(),
            1,
            true,
            Optional.empty(),
            Set.of("vision", "tools"),
            Optional.empty());
    Match vision =
        new Match(Map.of(), List.of(), List.of(), Optional.empty(), List.of("vision", "tools"));
    RouterSpec router =
        router(
            List.of(able, backend("plain", 1)),
            rule("kept", Strategy.WEIGHTED, vision, List.of("plain", "able")),
            rule("dropped", Strategy.WEIGHTED, vision, List.of("plain")));

    assertThat(compile(router, topology(router)).clusters())
        .extracting(cluster -> cluster.getName())
        .containsExactly("rule/kept");
  }

  @Test
  void timeoutIsTheRulesElseTheLongestOfItsBackendsElseTheRouters() {
    Backend slow = withTimeout("slow", Duration.ofSeconds(40));
    Backend slower = withTimeout("slower", Duration.ofSeconds(90));
    Rule own =
        new Rule(
            "own",
            Match.ANY,
            List.of("slow"),
            Strategy.WEIGHTED,
            false,
            Optional.of(Duration.ofSeconds(5)));
    RouterSpec router =
        router(
            List.of(slow, slower, backend("plain", 1)),
            own,
            rule("longest", Strategy.WEIGHTED, Match.ANY, List.of("slow", "slower")),
            rule("routers", Strategy.WEIGHTED, Match.ANY, List.of("plain")));

    List<Route> routes =
        compile(router, topology(router)).routes().getFirst().getVirtualHosts(0).getRoutesList();

    assertThat(routes.stream().filter(Route::hasRoute))
        .extracting(route -> route.getRoute().getRetryPolicy().getPerTryTimeout().getSeconds())
        .containsExactly(5L, 90L, 120L);
  }

  private static FleetResources compile(
      RouterSpec router, Topology topology, ServiceVerdict... verdicts) {
    VerdictSnapshot snapshot = snapshot(verdicts);
    RouterShares shares = Shaper.shape(router, topology, snapshot, RouterShares.NONE, NOON);
    return ResourceCompiler.compile(router, topology, shares, snapshot);
  }

  /** Backend, priority and weight of the first rule's localities. */
  private static List<String> localities(FleetResources resources) {
    return resources.assignments().getFirst().getEndpointsList().stream()
        .map(
            locality ->
                "%s p%d %d"
                    .formatted(
                        locality.getLocality().getZone(),
                        locality.getPriority(),
                        locality.getLoadBalancingWeight().getValue()))
        .toList();
  }

  private static int consecutive5xx(FleetResources resources) {
    return resources.clusters().getFirst().getOutlierDetection().getConsecutive5Xx().getValue();
  }

  private static List<ByteString> bytes(FleetResources resources) {
    return Stream.of(
            resources.clusters(),
            resources.assignments(),
            resources.listeners(),
            resources.routes())
        .flatMap(List::stream)
        .map(message -> message.toByteString())
        .toList();
  }

  private static Backend withTimeout(String name, Duration timeout) {
    return new Backend(
        name,
        Optional.empty(),
        backend(name, 1).upstream(),
        1,
        true,
        Optional.of(timeout),
        Set.of(),
        Optional.empty());
  }
}
