package dev.sluice.xds.resources;

import dev.sluice.model.RouterRef;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.List;

/**
 * Everything the Envoys of one fleet are told. Equal inputs compile to equal resources in equal
 * order, so a hash of the content serves as their version.
 *
 * @param fleet the router they serve
 * @param secrets keys of external providers; never to be printed
 */
public record FleetResources(
    RouterRef fleet,
    List<Cluster> clusters,
    List<ClusterLoadAssignment> assignments,
    List<Listener> listeners,
    List<RouteConfiguration> routes,
    List<Secret> secrets) {

  public FleetResources {
    clusters = List.copyOf(clusters);
    assignments = List.copyOf(assignments);
    listeners = List.copyOf(listeners);
    routes = List.copyOf(routes);
    secrets = List.copyOf(secrets);
  }

  /** Names the fleet alone: the secrets would be in it. */
  @Override
  public String toString() {
    return "resources of " + fleet;
  }
}
