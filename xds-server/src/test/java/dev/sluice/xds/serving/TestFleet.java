package dev.sluice.xds.serving;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small fleet, built by hand: EDS clusters, an assignment for each, one listener and one route
 * configuration that sends everything to the first cluster. Immutable; each method answers a
 * changed copy.
 */
record TestFleet(RouterRef ref, int listenPort, Map<String, Rule> rules, String target) {

  static final RouterRef CHAT = new RouterRef("default", "chat");

  /** A backend's port and locality weight. */
  record Backend(int port, int weight) {}

  record Rule(int maxConnections, int endpointWeight, Map<String, Backend> backends) {}

  /** One cluster {@code rule-0} with two backends that nobody listens on. */
  static TestFleet small() {
    Map<String, Backend> backends = Map.of("a", new Backend(1, 90), "b", new Backend(2, 10));
    return new TestFleet(CHAT, 10000, Map.of(), "rule-0").withCluster("rule-0", backends);
  }

  static TestFleet listeningOn(int port, Map<String, Backend> backends) {
    return new TestFleet(CHAT, port, Map.of(), "rule-0").withCluster("rule-0", backends);
  }

  TestFleet withCluster(String cluster, Map<String, Backend> backends) {
    return with(cluster, new Rule(1024, 1, backends));
  }

  TestFleet withoutCluster(String cluster) {
    Map<String, Rule> fewer = new TreeMap<>(rules);
    fewer.remove(cluster);
    return new TestFleet(ref, listenPort, fewer, target);
  }

  TestFleet withRouteTo(String cluster) {
    return new TestFleet(ref, listenPort, rules, cluster);
  }

  /** Changes the assignment of {@code rule-0} only. */
  TestFleet withWeights(int a, int b) {
    Rule rule = rule("rule-0");
    Map<String, Backend> backends =
        Map.of(
            "a", new Backend(port(rule, "a"), a),
            "b", new Backend(port(rule, "b"), b));
    return with("rule-0", new Rule(rule.maxConnections(), rule.endpointWeight(), backends));
  }

  /** Endpoint weights of 0, which Envoy rejects. */
  TestFleet withRejectedWeights(String cluster) {
    Rule rule = rule(cluster);
    return with(cluster, new Rule(rule.maxConnections(), 0, rule.backends()));
  }

  /** Changes the cluster itself. */
  TestFleet withMaxConnections(String cluster, int maxConnections) {
    Rule rule = rule(cluster);
    return with(cluster, new Rule(maxConnections, rule.endpointWeight(), rule.backends()));
  }

  private TestFleet with(String cluster, Rule rule) {
    Map<String, Rule> more = new TreeMap<>(rules);
    more.put(cluster, rule);
    return new TestFleet(ref, listenPort, more, target);
  }

  private Rule rule(String cluster) {
    Rule rule = rules.get(cluster);
    if (rule == null) {
      throw new IllegalArgumentException("cluster: " + cluster + " (expected: " + rules + ")");
    }
    return rule;
  }

  private static int port(Rule rule, String backend) {
    Backend known = rule.backends().get(backend);
    return known == null ? 1 : known.port();
  }

  FleetResources resources() {
    List<Cluster> clusters = new ArrayList<>();
    List<ClusterLoadAssignment> assignments = new ArrayList<>();
    rules.forEach(
        (name, rule) -> {
          clusters.add(cluster(name, rule));
          assignments.add(assignment(name, rule));
        });
    return new FleetResources(
        ref, clusters, assignments, List.of(listener()), List.of(route()), List.of());
  }

  SnapshotVersion version() {
    return FleetSnapshot.of(resources()).version();
  }

  private static Cluster cluster(String name, Rule rule) {
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setType(Cluster.DiscoveryType.EDS)
            .setConnectTimeout(Duration.newBuilder().setSeconds(1))
            .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ads()));
    cluster
        .getCommonLbConfigBuilder()
        .setLocalityWeightedLbConfig(
            Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    cluster
        .getCircuitBreakersBuilder()
        .addThresholdsBuilder()
        .setMaxConnections(UInt32Value.of(rule.maxConnections()));
    return cluster.build();
  }

  private static ClusterLoadAssignment assignment(String name, Rule rule) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(name);
    new TreeMap<>(rule.backends())
        .forEach(
            (backend, where) ->
                assignment.addEndpoints(
                    LocalityLbEndpoints.newBuilder()
                        .setLocality(Locality.newBuilder().setZone(backend))
                        .setLoadBalancingWeight(UInt32Value.of(where.weight()))
                        .addLbEndpoints(
                            LbEndpoint.newBuilder()
                                .setLoadBalancingWeight(UInt32Value.of(rule.endpointWeight()))
                                .setEndpoint(
                                    Endpoint.newBuilder().setAddress(address(where.port()))))));
    return assignment.build();
  }

  private Listener listener() {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix("chat")
            .setRds(Rds.newBuilder().setRouteConfigName("routes").setConfigSource(ads()))
            .addHttpFilters(
                HttpFilter.newBuilder()
                    .setName("envoy.filters.http.router")
                    .setTypedConfig(Any.pack(Router.getDefaultInstance())))
            .build();
    return Listener.newBuilder()
        .setName("chat")
        .setAddress(address(listenPort))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.http_connection_manager")
                        .setTypedConfig(Any.pack(manager))))
        .build();
  }

  private RouteConfiguration route() {
    return RouteConfiguration.newBuilder()
        .setName("routes")
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName("all")
                .addDomains("*")
                .addRoutes(
                    Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(RouteAction.newBuilder().setCluster(target))))
        .build();
  }

  private static Address address(int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(port))
        .build();
  }

  private static ConfigSource ads() {
    return ConfigSource.newBuilder()
        .setResourceApiVersion(ApiVersion.V3)
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .build();
  }
}
