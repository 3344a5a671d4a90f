package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a published fleet is meant to have, what it is given, and what its nodes have.
 *
 * @param wanted the newest published snapshot
 * @param served what nodes are given: {@code wanted}, or the last acknowledged snapshot while
 *     {@code wanted} is rejected, or nothing if it is rejected and none was ever acknowledged
 * @param acknowledged the newest snapshot that some node has applied in full
 * @param rejection why {@code wanted} isn't served; cleared once a later snapshot is acknowledged
 * @param nodes connected nodes, by id
 */
public record FleetStatus(
    RouterRef fleet,
    SnapshotVersion wanted,
    Optional<SnapshotVersion> served,
    Optional<SnapshotVersion> acknowledged,
    Optional<Rejection> rejection,
    List<NodeStatus> nodes) {

  public FleetStatus {
    nodes = List.copyOf(nodes);
  }

  /**
   * A snapshot that a node refused.
   *
   * @param version the snapshot
   * @param node the {@code node.id} of the node
   * @param envoyWords Envoy's message, unchanged
   */
  public record Rejection(
      SnapshotVersion version, XdsType type, String node, String envoyWords, Instant at) {}
}
