package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.primaryFallback;
import static dev.sluice.xds.fixture.Routers.weighted;
import static dev.sluice.xds.fixture.Verdicts.breached;
import static dev.sluice.xds.fixture.Verdicts.withinBudget;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharesIT {

  private static final Behaviour FAST = new Behaviour(Duration.ofMillis(1), 1, Duration.ZERO, 0);
  private static final RouterSpec WEIGHTED =
      weighted(backend("a", 70), backend("b", 20), backend("c", 10));

  private final FakeLlm a = FakeLlm.start("a", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final FakeLlm b = FakeLlm.start("b", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final FakeLlm c = FakeLlm.start("c", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final Topology topology =
      RunningFleet.onLoopback(Map.of("a", a.port(), "b", b.port(), "c", c.port()));
  private RunningFleet fleet;

  @BeforeAll
  void start(@TempDir Path folder) {
    fleet = RunningFleet.start(folder);
  }

  @AfterAll
  void stop() {
    fleet.close();
    a.close();
    b.close();
    c.close();
  }

  @Test
  void declaredWeightsAreServed() {
    fleet.serve(WEIGHTED, topology, RouterShares.NONE);

    Map<String, Long> served = fleet.chats(400, "qwen");

    assertThat(served.get("a")).isBetween(268L, 292L);
    assertThat(served.get("b")).isBetween(72L, 88L);
    assertThat(served.get("c")).isBetween(33L, 47L);
  }

  @Test
  void breachMovesTrafficByEndpointAssignmentAlone() {
    RouterShares before = fleet.serve(WEIGHTED, topology, RouterShares.NONE);
    Map<String, Long> updates = updates();

    fleet.serve(WEIGHTED, topology, before, Verdicts.of("a", breached(14)));
    Map<String, Long> served = fleet.chats(400, "qwen");

    // a keeps a quarter of its 70%
    assertThat(served.get("a")).isBetween(60L, 80L);
    assertThat(updates()).isEqualTo(updates);
  }

  @Test
  void healthyPrimaryServesAllAndGoesBackToItAfterABreach() {
    RouterSpec router = primaryFallback("a", "b");
    RouterShares before = fleet.serve(router, topology, RouterShares.NONE);
    assertThat(fleet.chats(50, "qwen")).isEqualTo(Map.of("a", 50L));

    RouterShares shed = fleet.serve(router, topology, before, Verdicts.of("a", breached(14)));
    Map<String, Long> served = fleet.chats(200, "qwen");
    assertThat(served.get("a")).isBetween(45L, 55L);
    assertThat(served).containsOnlyKeys("a", "b");

    fleet.serve(router, topology, RouterShares.NONE, Verdicts.of("a", withinBudget()));
    assertThat(shed).isNotEqualTo(before);
    assertThat(fleet.chats(50, "qwen")).isEqualTo(Map.of("a", 50L));
  }

  @Test
  void ruleWithoutEndpointsAnswers503() {
    fleet.serve(WEIGHTED, Topology.of(Map.of()), RouterShares.NONE);

    HttpResponse<String> answer = fleet.chat("qwen");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().map()).containsEntry("content-type", List.of("application/json"));
    assertThat(answer.body())
        .isEqualToIgnoringNewLines(
            "{\"error\":{\"message\":\"ModelRouter default/chat: no healthy upstream\","
                + "\"type\":\"sluice_router_error\"}}");
  }

  /** How often Envoy rebuilt what isn't an endpoint assignment. */
  private Map<String, Long> updates() {
    Map<String, Long> updates = fleet.envoy().stats("cluster_manager.c");
    updates
        .keySet()
        .retainAll(
            Set.of(
                "cluster_manager.cds.update_success",
                "cluster_manager.cluster_modified",
                "cluster_manager.cluster_added"));
    updates.putAll(fleet.envoy().stats("listener_manager.lds.update_success"));
    updates.putAll(fleet.envoy().stats("http.router.rds.router.update_success"));
    return updates;
  }
}
