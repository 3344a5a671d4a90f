package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.resources.RuleBackends;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fleet's resources with their versions. Immutable.
 *
 * <p>java-control-plane's own snapshot hashes {@code Message.hashCode()}, which isn't stable from
 * one JVM to the next: after a restart every node would be sent everything again.
 */
final class FleetSnapshot {

  private final RouterRef fleet;
  private final SnapshotVersion version;
  private final Map<XdsType, TypeResources> resources;
  private final Map<String, String> assignmentByCluster;
  private final RuleBackends backends;
  private final Set<String> neededAssignments;

  private FleetSnapshot(
      RouterRef fleet,
      SnapshotVersion version,
      Map<XdsType, TypeResources> resources,
      Map<String, String> assignmentByCluster,
      RuleBackends backends) {
    this.fleet = fleet;
    this.version = version;
    this.resources = resources;
    this.assignmentByCluster = assignmentByCluster;
    this.backends = backends;
    this.neededAssignments = needed(assignmentByCluster, resources(XdsType.ASSIGNMENTS));
  }

  /** {@link IllegalArgumentException} if two resources of a type share a name. */
  static FleetSnapshot of(FleetResources content) {
    Map<XdsType, TypeResources> resources = new EnumMap<>(XdsType.class);
    resources.put(XdsType.CLUSTERS, TypeResources.of(content.clusters()));
    resources.put(XdsType.ASSIGNMENTS, TypeResources.of(content.assignments()));
    resources.put(XdsType.LISTENERS, TypeResources.of(content.listeners()));
    resources.put(XdsType.ROUTES, TypeResources.of(content.routes()));
    resources.put(XdsType.SECRETS, TypeResources.of(content.secrets()));
    ContentHash hash = new ContentHash();
    resources.forEach((type, some) -> hash.add(type.label()).add(some.version()));
    return new FleetSnapshot(
        content.fleet(),
        new SnapshotVersion(hash.text()),
        resources,
        assignments(content.clusters()),
        RuleBackends.of(content.assignments()));
  }

  private static Map<String, String> assignments(List<Cluster> clusters) {
    Map<String, String> byCluster = new HashMap<>();
    for (Cluster cluster : clusters) {
      if (cluster.getType() == Cluster.DiscoveryType.EDS) {
        String service = cluster.getEdsClusterConfig().getServiceName();
        byCluster.put(cluster.getName(), service.isEmpty() ? cluster.getName() : service);
      }
    }
    return byCluster;
  }

  private static Set<String> needed(Map<String, String> byCluster, TypeResources assignments) {
    Set<String> needed = new HashSet<>(byCluster.values());
    needed.retainAll(assignments.names());
    return needed.equals(assignments.names()) ? assignments.names() : needed;
  }

  /** The same content, sharing what is equal with the snapshot that it follows. */
  FleetSnapshot after(FleetSnapshot before) {
    Map<XdsType, TypeResources> shared = new EnumMap<>(XdsType.class);
    resources.forEach((type, some) -> shared.put(type, some.after(before.resources(type))));
    boolean sameClusters =
        resources(XdsType.CLUSTERS).version().equals(before.resources(XdsType.CLUSTERS).version());
    return new FleetSnapshot(
        fleet,
        version,
        shared,
        sameClusters ? before.assignmentByCluster : assignmentByCluster,
        backends.equals(before.backends) ? before.backends : backends);
  }

  RouterRef fleet() {
    return fleet;
  }

  SnapshotVersion version() {
    return version;
  }

  TypeResources resources(XdsType type) {
    return resources.getOrDefault(type, TypeResources.NONE);
  }

  /** Who Envoy may choose from. */
  RuleBackends backends() {
    return backends;
  }

  /** The assignments without which some of the clusters stay in Envoy's warming. */
  Set<String> assignmentsOf(Collection<String> clusters) {
    Set<String> names = new HashSet<>();
    for (String cluster : clusters) {
      String assignment = assignmentByCluster.get(cluster);
      if (assignment != null) {
        names.add(assignment);
      }
    }
    return names;
  }

  /** The assignments that a node has to have asked for: those there are, of all clusters. */
  Set<String> neededAssignments() {
    return neededAssignments;
  }
}
