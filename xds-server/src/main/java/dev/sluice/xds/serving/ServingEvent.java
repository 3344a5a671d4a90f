package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import java.time.Duration;

/** What a node of a fleet did. */
public sealed interface ServingEvent {

  RouterRef fleet();

  /** The node's {@code node.id}. */
  String node();

  /** The node opened its stream; its fleet may not have been published yet. */
  record Connected(RouterRef fleet, String node) implements ServingEvent {}

  /** The node's stream ended, for whatever reason. */
  record Disconnected(RouterRef fleet, String node) implements ServingEvent {}

  /**
   * The node applied a response.
   *
   * @param version the snapshot that the response was made of
   * @param latency from sending the response to its acknowledgement
   */
  record Acked(
      RouterRef fleet, String node, XdsType type, SnapshotVersion version, Duration latency)
      implements ServingEvent {}

  /**
   * The node rejected a response; it may have applied the good half of it.
   *
   * @param version the snapshot that the response was made of
   * @param envoyWords Envoy's message, unchanged
   */
  record Nacked(
      RouterRef fleet, String node, XdsType type, SnapshotVersion version, String envoyWords)
      implements ServingEvent {}
}
