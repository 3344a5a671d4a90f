package dev.sluice.xds.resources;

import dev.sluice.model.RouterRef;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;

/**
 * Everything the Envoys of one fleet are told. Equal inputs compile to equal resources in equal
 * order, so a hash of the content serves as their version.
 *
 * @param fleet the router they serve
 */
public record FleetResources(
    RouterRef fleet,
    List<Cluster> clusters,
    List<ClusterLoadAssignment> assignments,
    List<Listener> listeners,
    List<RouteConfiguration> routes) {

  public FleetResources {
    clusters = List.copyOf(clusters);
    assignments = List.copyOf(assignments);
    listeners = List.copyOf(listeners);
    routes = List.copyOf(routes);
  }
}
