package dev.sluice.xds.serving;

import dev.sluice.xds.serving.NodeStatus.TypeStatus;
import dev.sluice.xds.serving.TypeStream.Outgoing;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One connected Envoy: what it has, and which of its types may be sent next. Guarded by its {@link
 * Fleet}.
 *
 * <p>A change is made without a gap: clusters and assignments first, then, once the node has
 * acknowledged those, the listeners and routes that refer to them, and last of all the clusters
 * that nothing refers to any more go away. (State of the world can't do the last: a response holds
 * all clusters, so one that adds some also takes the others away.)
 */
final class Node {

  private final String id;
  private final String cluster;
  private final Instant connectedSince;
  private final Map<XdsType, TypeStream> types = new EnumMap<>(XdsType.class);

  Node(String id, String cluster, Instant connectedSince) {
    this.id = id;
    this.cluster = cluster;
    this.connectedSince = connectedSince;
  }

  String id() {
    return id;
  }

  Optional<TypeStream> type(XdsType type) {
    return Optional.ofNullable(types.get(type));
  }

  TypeStream type(XdsType type, Supplier<TypeStream> first) {
    return types.computeIfAbsent(type, _ -> first.get());
  }

  /** Sends what the node lacks of {@code snapshot} and may have now. */
  void advance(FleetSnapshot snapshot, Instant now, ServingReport report) {
    for (TypeStream stream : types.values()) {
      if (mayHave(stream.type(), snapshot)) {
        boolean removals = mayLose(stream.type(), snapshot);
        stream.offer(snapshot, removals).ifPresent(out -> send(stream, out, snapshot, now, report));
      }
    }
  }

  private void send(
      TypeStream stream,
      Outgoing response,
      FleetSnapshot snapshot,
      Instant now,
      ServingReport report) {
    if (stream.type() == XdsType.CLUSTERS) {
      // A changed cluster is warmed anew and waits for its assignment, which Envoy doesn't ask for
      // a second time.
      Set<String> names =
          snapshot.assignmentsOf(response.resources().stream().map(Resource::getName).toList());
      type(XdsType.ASSIGNMENTS).ifPresent(assignments -> assignments.unsure(names));
    }
    // Before it is sent: a node that has it must find it counted.
    report.pushed(snapshot.fleet(), stream.type(), response.resources().size());
    stream.send(response, snapshot, now);
  }

  private boolean mayHave(XdsType type, FleetSnapshot snapshot) {
    return switch (type) {
      case CLUSTERS, ASSIGNMENTS, SECRETS -> true;
      case LISTENERS, ROUTES ->
          settled(XdsType.CLUSTERS, snapshot, false) && assignmentsSettled(snapshot);
    };
  }

  private boolean mayLose(XdsType type, FleetSnapshot snapshot) {
    return switch (type) {
      case CLUSTERS, ASSIGNMENTS ->
          settled(XdsType.LISTENERS, snapshot, true) && settled(XdsType.ROUTES, snapshot, true);
      case LISTENERS, ROUTES, SECRETS -> true;
    };
  }

  /** True if the node has acknowledged all of {@code snapshot}. */
  boolean converged(FleetSnapshot snapshot) {
    for (XdsType type : XdsType.values()) {
      if (!settled(type, snapshot, true)) {
        return false;
      }
    }
    return assignmentsSettled(snapshot);
  }

  private boolean settled(XdsType type, FleetSnapshot snapshot, boolean removals) {
    TypeStream stream = types.get(type);
    return stream == null ? snapshot.resources(type).isEmpty() : stream.settled(snapshot, removals);
  }

  /** Also that the node has asked for all of them: it does so only as it takes in the clusters. */
  private boolean assignmentsSettled(FleetSnapshot snapshot) {
    Set<String> names = snapshot.neededAssignments();
    TypeStream stream = types.get(XdsType.ASSIGNMENTS);
    return stream == null
        ? names.isEmpty()
        : stream.wantsAll(names) && stream.settled(snapshot, false);
  }

  /** A snapshot that the node rejected may be offered again. */
  void forgive() {
    types.values().forEach(TypeStream::forgive);
  }

  boolean awaitsAnswer() {
    return types.values().stream().anyMatch(TypeStream::awaitsAnswer);
  }

  NodeStatus status(Optional<FleetSnapshot> served) {
    Map<XdsType, TypeStatus> byType =
        types.values().stream().collect(Collectors.toMap(TypeStream::type, TypeStream::status));
    boolean converged = served.isPresent() && converged(served.get());
    return new NodeStatus(id, cluster, connectedSince, converged, byType);
  }
}
