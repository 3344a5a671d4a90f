package dev.sluice.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.xds.load.Requests;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleBackendsTest {

  private static final RuleBackends QWEN =
      RuleBackends.of(
          List.of(assignment("rule/qwen", "a", "b"), assignment("shadow/qwen/canary", "canary")));

  private static ClusterLoadAssignment assignment(String cluster, String... backends) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(cluster);
    for (String backend : backends) {
      assignment.addEndpoints(LocalityLbEndpoints.newBuilder().setLocality(locality(backend)));
    }
    return assignment.build();
  }

  private static Locality.Builder locality(String backend) {
    return Locality.newBuilder().setRegion("sluice").setZone(backend);
  }

  private static ClusterStats stats(String cluster, UpstreamLocalityStats... localities) {
    return ClusterStats.newBuilder()
        .setClusterName(cluster)
        .addAllUpstreamLocalityStats(List.of(localities))
        .build();
  }

  private static UpstreamLocalityStats issued(String backend, int priority, long requests) {
    return UpstreamLocalityStats.newBuilder()
        .setLocality(locality(backend))
        .setPriority(priority)
        .setTotalIssuedRequests(requests)
        .build();
  }

  private static Requests qwen(Map<String, Long> requests) {
    return new Requests(Map.of("qwen", requests));
  }

  @Test
  void localityIsABackendAndAClusterARule() {
    Requests requests =
        QWEN.requests(List.of(stats("rule/qwen", issued("a", 0, 7), issued("b", 0, 3))));

    assertThat(requests).isEqualTo(qwen(Map.of("a", 7L, "b", 3L)));
  }

  @Test
  void backendThatChangedItsPriorityIsOne() {
    Requests requests =
        QWEN.requests(List.of(stats("rule/qwen", issued("a", 0, 7), issued("a", 1, 3))));

    assertThat(requests).isEqualTo(qwen(Map.of("a", 10L)));
  }

  @Test
  void whatIsNoRuleOfTheFleetIsLeftOut() {
    Requests requests =
        QWEN.requests(
            List.of(
                stats("shadow/qwen/canary", issued("canary", 0, 7)),
                stats("external/cloud", issued("", 0, 7)),
                stats("sluice", issued("", 0, 1)),
                stats("rule/other", issued("a", 0, 7)),
                stats("rule/qwen", issued("a", 0, 1), issued("invented", 0, 99))));

    assertThat(requests).isEqualTo(qwen(Map.of("a", 1L)));
  }

  @Test
  void countBeyondAllNumbersIsNone() {
    Requests requests = QWEN.requests(List.of(stats("rule/qwen", issued("a", 0, -1))));

    assertThat(requests).isEqualTo(qwen(Map.of("a", 0L)));
  }
}
