package dev.sluice.benchmarks.peer;

import com.google.protobuf.Any;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clusters and their assignments, of which one endpoint changes at a time: the counterpart of
 * {@code benchmarks/peer/fleet}, which wrote the file.
 */
final class ChangingFleet {

  // So that changes are far from each other; as in fleet.Place.
  private static final int STRIDE = 7919;

  private final RouterRef ref;
  private final List<Cluster> clusters;
  private final List<ClusterLoadAssignment> assignments;

  private ChangingFleet(
      RouterRef ref, List<Cluster> clusters, List<ClusterLoadAssignment> assignments) {
    this.ref = ref;
    this.clusters = clusters;
    this.assignments = assignments;
  }

  /** Reads the file: one discovery response with everything in it. */
  static ChangingFleet read(Path file, RouterRef ref) throws IOException {
    List<Cluster> clusters = new ArrayList<>();
    List<ClusterLoadAssignment> assignments = new ArrayList<>();
    for (Any packed : DiscoveryResponse.parseFrom(Files.readAllBytes(file)).getResourcesList()) {
      if (packed.is(Cluster.class)) {
        clusters.add(packed.unpack(Cluster.class));
      } else {
        assignments.add(packed.unpack(ClusterLoadAssignment.class));
      }
    }
    return new ChangingFleet(ref, clusters, assignments);
  }

  FleetResources resources() {
    return new FleetResources(ref, clusters, assignments, List.of(), List.of(), List.of());
  }

  /** Gives one endpoint an address that tells the number of the change. */
  void change(int number) {
    int place = (int) ((long) number * STRIDE % assignments.size());
    ClusterLoadAssignment.Builder changed = assignments.get(place).toBuilder();
    changed
        .getEndpointsBuilder(0)
        .getLbEndpointsBuilder(0)
        .getEndpointBuilder()
        .getAddressBuilder()
        .getSocketAddressBuilder()
        .setAddress(address(number));
    assignments.set(place, changed.build());
  }

  /** As in {@code fleet.Address}. */
  private static String address(int change) {
    return "10.%d.%d.%d"
        .formatted(100 + change / 10_000 % 100, 100 + change / 100 % 100, 100 + change % 100);
  }
}
