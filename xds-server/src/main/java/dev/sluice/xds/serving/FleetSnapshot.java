package dev.sluice.xds.serving;

import com.google.protobuf.Message;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.cache.VersionedResource;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A fleet's resources with their versions. Immutable.
 *
 * <p>java-control-plane's own snapshot hashes {@code Message.hashCode()}, which isn't stable from
 * one JVM to the next: after a restart every node would be sent everything again.
 */
final class FleetSnapshot {

  private final RouterRef fleet;
  private final SnapshotVersion version;
  private final Map<XdsType, SortedMap<String, VersionedResource<?>>> resources =
      new EnumMap<>(XdsType.class);

  private FleetSnapshot(FleetResources content) {
    this.fleet = content.fleet();
    resources.put(XdsType.CLUSTERS, versioned(content.clusters()));
    resources.put(XdsType.ASSIGNMENTS, versioned(content.assignments()));
    resources.put(XdsType.LISTENERS, versioned(content.listeners()));
    resources.put(XdsType.ROUTES, versioned(content.routes()));
    resources.put(XdsType.SECRETS, versioned(content.secrets()));
    ContentHash hash = new ContentHash();
    resources.forEach((type, _) -> hash.add(type.label()).add(version(type)));
    this.version = new SnapshotVersion(hash.text());
  }

  /** {@link IllegalArgumentException} if two resources of a type share a name. */
  static FleetSnapshot of(FleetResources resources) {
    return new FleetSnapshot(resources);
  }

  private static SortedMap<String, VersionedResource<?>> versioned(
      List<? extends Message> messages) {
    SortedMap<String, VersionedResource<?>> byName = new TreeMap<>();
    for (Message message : messages) {
      String name = Resources.getResourceName(message);
      String version = new ContentHash().add(message).text();
      if (byName.put(name, VersionedResource.create(message, version)) != null) {
        throw new IllegalArgumentException(
            "%s: \"%s\" twice (expected: names that differ)"
                .formatted(message.getDescriptorForType().getName(), name));
      }
    }
    return byName;
  }

  RouterRef fleet() {
    return fleet;
  }

  SnapshotVersion version() {
    return version;
  }

  /** By name. */
  SortedMap<String, VersionedResource<?>> resources(XdsType type) {
    return resources.getOrDefault(type, new TreeMap<>());
  }

  /** The version of all resources of a type. */
  String version(XdsType type) {
    return version(resources(type).values());
  }

  /** The version of some resources, in the order given. */
  static String version(Collection<VersionedResource<?>> some) {
    ContentHash hash = new ContentHash();
    for (VersionedResource<?> resource : some) {
      hash.add(Resources.getResourceName(resource.resource())).add(resource.version());
    }
    return hash.text();
  }

  /** The assignments without which some of {@code clusters} stay in Envoy's warming. */
  static Set<String> assignmentsOf(Collection<VersionedResource<?>> clusters) {
    Set<String> names = new HashSet<>();
    for (VersionedResource<?> resource : clusters) {
      if (resource.resource() instanceof Cluster cluster
          && cluster.getType() == Cluster.DiscoveryType.EDS) {
        String service = cluster.getEdsClusterConfig().getServiceName();
        names.add(service.isEmpty() ? cluster.getName() : service);
      }
    }
    return names;
  }
}
