package dev.sluice.xds.serving;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One connected Envoy.
 *
 * @param nodeId its {@code node.id}
 * @param cluster its {@code node.cluster}: the fleet it asks for
 * @param converged true if it has acknowledged all of what its fleet is served
 * @param types what it was sent and acknowledged, for the types it has asked for
 */
public record NodeStatus(
    String nodeId,
    String cluster,
    Instant connectedSince,
    boolean converged,
    Map<XdsType, TypeStatus> types) {

  public NodeStatus {
    types = Map.copyOf(types);
  }

  /**
   * One resource type of one node. Versions are those of the snapshots that the responses were made
   * of; all are empty until this process has sent something, also if the node had it all before.
   *
   * @param nackWords Envoy's message, while the newest response was a rejected one
   */
  public record TypeStatus(
      Optional<SnapshotVersion> sentVersion,
      Optional<Instant> sentAt,
      Optional<SnapshotVersion> ackedVersion,
      Optional<Instant> ackedAt,
      Optional<String> nackWords) {}
}
