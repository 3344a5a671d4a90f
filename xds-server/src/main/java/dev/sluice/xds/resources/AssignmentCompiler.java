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
import io.envoyproxy.envoy.config.core.v3.EnvoyInternalAddress;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint.HealthCheckConfig;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** The rule's own, then one for each backend that gets copies. */
  List<ClusterLoadAssignment> compile(Rule rule, RuleShares shares) {
    List<ClusterLoadAssignment> all = new ArrayList<>();
    all.add(answering(rule, shares));
    for (String name : rule.shadows()) {
      ClusterLoadAssignment.Builder copies =
          ClusterLoadAssignment.newBuilder().setClusterName(EnvoyNames.shadow(rule, name));
      router
          .backend(name)
          .filter(topology::reaches)
          .ifPresent(
              backend -> copies.addEndpoints(locality(rule, backend, BackendShare.FULL, 0, 1)));
      all.add(copies.build());
    }
    return all;
  }

  private ClusterLoadAssignment answering(Rule rule, RuleShares shares) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(EnvoyNames.cluster(rule));
    List<LocalityLbEndpoints> reserve = new ArrayList<>();
    for (String name : rule.answering()) {
      BackendShare share = shares.backend(name).orElse(null);
      Backend backend = router.backend(name).orElse(null);
      if (share == null || backend == null || !topology.reaches(backend)) {
        continue;
      }
      if (share.weight() > 0) {
        assignment.addEndpoints(locality(rule, backend, share, 0, share.weight()));
      } else {
        reserve.add(locality(rule, backend, share, reserve.size() + 1, 1));
      }
    }
    return assignment.addAllEndpoints(reserve).build();
  }

  private LocalityLbEndpoints locality(
      Rule rule, Backend backend, BackendShare share, int priority, int weight) {
    LocalityLbEndpoints.Builder locality =
        LocalityLbEndpoints.newBuilder()
            .setLocality(Locality.newBuilder().setRegion("sluice").setZone(backend.name()))
            .setPriority(priority)
            .setLoadBalancingWeight(Protos.uint32(weight));
    boolean checked = backend.healthCheck().isPresent() || !hasHealthCheck(rule);
    switch (backend.upstream()) {
      case Backend.Upstream.InService _ -> {
        for (Endpoint endpoint : topology.ready(backend)) {
          locality.addLbEndpoints(replica(backend, endpoint, share, checked));
        }
      }
      case Backend.Upstream.External _ -> locality.addLbEndpoints(provider(backend, checked));
    }
    return locality.build();
  }

  /** One backend's check makes its cluster check: the others are left out of it. */
  private boolean hasHealthCheck(Rule rule) {
    return rule.backends().stream()
        .map(router::backend)
        .flatMap(Optional::stream)
        .anyMatch(backend -> backend.healthCheck().isPresent());
  }

  private LbEndpoint replica(
      Backend backend, Endpoint endpoint, BackendShare share, boolean checked) {
    Share own = share.replicas().getOrDefault(endpoint.replicaName(), Share.FULL);
    int weight = (int) Math.max(1, Math.round(FULL_REPLICA * own.value()));
    SocketAddress address =
        SocketAddress.newBuilder()
            .setAddress(endpoint.host())
            .setPortValue(endpoint.port())
            .build();
    return endpoint(
        Address.newBuilder().setSocketAddress(address).build(),
        weight,
        identity(backend, endpoint.replicaName()),
        checked);
  }

  /** Its internal listener, as {@link ExternalCompiler} makes it. */
  private LbEndpoint provider(Backend backend, boolean checked) {
    EnvoyInternalAddress address =
        EnvoyInternalAddress.newBuilder()
            .setServerListenerName(EnvoyNames.external(backend))
            .setEndpointId(backend.name())
            .build();
    return endpoint(
        Address.newBuilder().setEnvoyInternalAddress(address).build(),
        FULL_REPLICA,
        identity(backend, backend.name()),
        checked);
  }

  private static LbEndpoint endpoint(
      Address address, int weight, Map<String, String> identity, boolean checked) {
    io.envoyproxy.envoy.config.endpoint.v3.Endpoint.Builder endpoint =
        io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder().setAddress(address);
    if (!checked) {
      endpoint.setHealthCheckConfig(
          HealthCheckConfig.newBuilder().setDisableActiveHealthCheck(true));
    }
    return LbEndpoint.newBuilder()
        .setEndpoint(endpoint)
        .setLoadBalancingWeight(Protos.uint32(weight))
        .setMetadata(Protos.metadata(identity))
        .build();
  }

  /** What {@link StatsLogger} tags its statistics with. */
  private Map<String, String> identity(Backend backend, String replica) {
    Map<String, String> identity = new HashMap<>();
    identity.put("backend", backend.name());
    identity.put("pod", replica);
    identity.put("namespace", router.ref().namespace());
    identity.put("router", router.ref().name());
    backend.service().ifPresent(service -> identity.put("inferenceservice", service.name()));
    return identity;
  }
}
