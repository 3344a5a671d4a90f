package dev.sluice.xds.serving;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import java.util.Map;

/** A node that reports what it served. */
final class FakeReporter extends FakeNode<LoadStatsRequest, LoadStatsResponse> {

  private FakeReporter(int port, String id, String cluster) {
    super(
        port,
        id,
        cluster,
        (channel, responses) ->
            LoadReportingServiceGrpc.newStub(channel).streamLoadStats(responses));
  }

  static FakeReporter of(XdsServer server, String id) {
    return of(server, id, TestFleet.CHAT.toString());
  }

  static FakeReporter of(XdsServer server, String id, String cluster) {
    return new FakeReporter(server.port(), id, cluster);
  }

  /** As an Envoy begins: with its name alone. */
  void introduce() {
    send(LoadStatsRequest.newBuilder().setNode(node()).build());
  }

  /** Requests since the last time, by backend. */
  void report(String cluster, Map<String, Long> requests) {
    ClusterStats.Builder stats = ClusterStats.newBuilder().setClusterName(cluster);
    requests.forEach(
        (backend, count) ->
            stats.addUpstreamLocalityStats(
                UpstreamLocalityStats.newBuilder()
                    .setLocality(Locality.newBuilder().setRegion("sluice").setZone(backend))
                    .setTotalIssuedRequests(count)));
    send(LoadStatsRequest.newBuilder().setNode(node()).addClusterStats(stats).build());
  }
}
