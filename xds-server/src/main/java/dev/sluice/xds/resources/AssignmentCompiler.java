package dev.sluice.xds.resources;

import dev.sluice.model.Share;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule's shares as an endpoint assignment: the one resource a breach changes.
 *
 * <p>A backend is a locality. Those with a weight share priority 0 by it; the others wait in order,
 * one priority each, for when Envoy finds the ones above unhealthy. A replica is an endpoint, its
 * weight its share of {@value #FULL_REPLICA}.
 */
final class AssignmentCompiler {

  private static final int FULL_REPLICA = 100;

  private final RouterSpec router;
  private final Topology topology;

  AssignmentCompiler(RouterSpec router, Topology topology) {
    this.router = router;
    this.topology = topology;
  }

  ClusterLoadAssignment compile(Rule rule, RuleShares shares) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(EnvoyNames.cluster(rule));
    List<LocalityLbEndpoints> reserve = new ArrayList<>();
    for (String name : rule.backends()) {
      BackendShare share = shares.backend(name).orElse(null);
      Backend backend = router.backend(name).orElse(null);
      if (share == null || backend == null || topology.ready(backend).isEmpty()) {
        continue;
      }
      if (share.weight() > 0) {
        assignment.addEndpoints(locality(backend, share, 0, share.weight()));
      } else {
        reserve.add(locality(backend, share, reserve.size() + 1, 1));
      }
    }
    return assignment.addAllEndpoints(reserve).build();
  }

  private LocalityLbEndpoints locality(
      Backend backend, BackendShare share, int priority, int weight) {
    LocalityLbEndpoints.Builder locality =
        LocalityLbEndpoints.newBuilder()
            .setLocality(Locality.newBuilder().setRegion("sluice").setZone(backend.name()))
            .setPriority(priority)
            .setLoadBalancingWeight(Protos.uint32(weight));
    for (Endpoint endpoint : topology.ready(backend)) {
      locality.addLbEndpoints(endpoint(backend, endpoint, share));
    }
    return locality.build();
  }

  private LbEndpoint endpoint(Backend backend, Endpoint endpoint, BackendShare share) {
    Share own = share.replicas().getOrDefault(endpoint.replicaName(), Share.FULL);
    int weight = (int) Math.max(1, Math.round(FULL_REPLICA * own.value()));
    SocketAddress address =
        SocketAddress.newBuilder()
            .setAddress(endpoint.host())
            .setPortValue(endpoint.port())
            .build();
    return LbEndpoint.newBuilder()
        .setEndpoint(
            io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                .setAddress(Address.newBuilder().setSocketAddress(address)))
        .setLoadBalancingWeight(Protos.uint32(weight))
        .setMetadata(Protos.metadata(identity(backend, endpoint)))
        .build();
  }

  /** What {@link StatsLogger} tags its statistics with. */
  private Map<String, String> identity(Backend backend, Endpoint endpoint) {
    Map<String, String> identity = new HashMap<>();
    identity.put("backend", backend.name());
    identity.put("pod", endpoint.replicaName());
    identity.put("router", router.ref().name());
    backend
        .service()
        .ifPresent(
            service -> {
              identity.put("namespace", service.namespace());
              identity.put("inferenceservice", service.name());
            });
    return identity;
  }
}
