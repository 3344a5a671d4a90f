package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.RuleBackends;
import dev.sluice.xds.serving.FleetStatus.Rejection;
import dev.sluice.xds.serving.TypeStream.Sent;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes of one {@code node.cluster} and what they are served.
 *
 * <p>A published snapshot is served to every node. If one node rejects any part of it, the whole
 * fleet goes back to the last snapshot that a node has acknowledged in full: the node that objected
 * may have applied the good half, and what one Envoy refuses the next may refuse at its restart.
 * The next snapshot with other content is tried again, and heals the fleet once it is acknowledged.
 * If none was ever acknowledged, nothing is served until then.
 *
 * <p>So a rejected snapshot is sent to a node once. (java-control-plane's cache would answer each
 * rejection of a state-of-the-world response with the same response, thousands of times a second.)
 *
 * <p><em>Thread:</em> any; the monitor guards the fleet, its nodes and their streams. <em>On
 * failure:</em> a node's rejection is kept as state. <em>On shutdown:</em> nothing to do.
 */
final class Fleet {

  private final Optional<RouterRef> ref;
  private final InstantSource clock;
  private final ServingReport report;
  private final Set<Node> nodes = new LinkedHashSet<>();
  private Optional<FleetSnapshot> wanted = Optional.empty();
  private Optional<FleetSnapshot> served = Optional.empty();
  private Optional<FleetSnapshot> acknowledged = Optional.empty();
  // Where to go back to if some nodes acknowledge a snapshot and another rejects it.
  private Optional<FleetSnapshot> acknowledgedBefore = Optional.empty();
  private Optional<Rejection> rejection = Optional.empty();

  /**
   * @param ref empty for nodes whose {@code node.cluster} names no router
   */
  Fleet(Optional<RouterRef> ref, InstantSource clock, ServingReport report) {
    this.ref = ref;
    this.clock = clock;
    this.report = report;
  }

  synchronized void join(Node node) {
    nodes.add(node);
    ref.ifPresent(fleet -> report.connected(fleet, node.id()));
  }

  synchronized void leave(Node node) {
    nodes.remove(node);
    ref.ifPresent(fleet -> report.disconnected(fleet, node.id()));
  }

  synchronized boolean isUnused() {
    return nodes.isEmpty() && wanted.isEmpty();
  }

  synchronized void publish(FleetSnapshot snapshot) {
    if (hasVersion(wanted, snapshot)) {
      return;
    }
    wanted = Optional.of(wanted.map(snapshot::after).orElse(snapshot));
    nodes.forEach(Node::forgive);
    serve(wanted);
  }

  /** Forgets what was published; nodes keep what they have. */
  synchronized void withdraw() {
    wanted = Optional.empty();
    served = Optional.empty();
    acknowledged = Optional.empty();
    acknowledgedBefore = Optional.empty();
    rejection = Optional.empty();
  }

  private void serve(Optional<FleetSnapshot> snapshot) {
    served = snapshot;
    nodes.forEach(this::advance);
  }

  /** Sends the node what it may have now. */
  synchronized void advance(Node node) {
    served.ifPresent(snapshot -> node.advance(snapshot, clock.instant(), report));
    acceptIfConverged(node);
  }

  private void acceptIfConverged(Node node) {
    served.filter(node::converged).ifPresent(this::accept);
  }

  private void accept(FleetSnapshot snapshot) {
    if (!hasVersion(acknowledged, snapshot)) {
      acknowledgedBefore = acknowledged;
      acknowledged = Optional.of(snapshot);
    }
    if (hasVersion(wanted, snapshot) && rejection.isPresent()) {
      rejection = Optional.empty();
      report.healed(snapshot);
    }
  }

  synchronized void acknowledged(Node node, XdsType type, Sent sent) {
    published().ifPresent(fleet -> report.acked(fleet, node.id(), type, sent, clock.instant()));
    // At once, not when the node is next advanced: a snapshot published in between must find it
    // known, or there would be nothing to go back to.
    acceptIfConverged(node);
  }

  synchronized void rejected(Node node, XdsType type, Sent sent, String words) {
    published().ifPresent(fleet -> report.nacked(fleet, node.id(), type, sent, words));
    // An answer to an older snapshot says nothing of this one; and what is pinned already has
    // nothing to go back to.
    boolean current = served.filter(now -> now.version().equals(sent.snapshot())).isPresent();
    if (!current || !served.equals(wanted)) {
      return;
    }
    rejection =
        Optional.of(new Rejection(sent.snapshot(), type, node.id(), words, clock.instant()));
    if (acknowledged.filter(now -> now.version().equals(sent.snapshot())).isPresent()) {
      acknowledged = acknowledgedBefore;
      acknowledgedBefore = Optional.empty();
    }
    serve(acknowledged);
  }

  /** Empty once it is withdrawn: an answer that comes late is of no interest to anyone. */
  private Optional<RouterRef> published() {
    return wanted.map(FleetSnapshot::fleet);
  }

  private static boolean hasVersion(Optional<FleetSnapshot> some, FleetSnapshot snapshot) {
    return some.filter(one -> one.version().equals(snapshot.version())).isPresent();
  }

  synchronized boolean awaitsAnswer() {
    return nodes.stream().anyMatch(Node::awaitsAnswer);
  }

  synchronized int size() {
    return nodes.size();
  }

  synchronized boolean isRejected() {
    return rejection.isPresent();
  }

  synchronized boolean isPublished() {
    return wanted.isPresent();
  }

  /** Who the fleet's Envoys may choose from; none while nothing is served. */
  synchronized RuleBackends backends() {
    return served.map(FleetSnapshot::backends).orElse(RuleBackends.NONE);
  }

  /** Empty while nothing is published. */
  synchronized Optional<FleetStatus> status() {
    return wanted.map(
        snapshot ->
            new FleetStatus(
                snapshot.fleet(),
                snapshot.version(),
                served.map(FleetSnapshot::version),
                acknowledged.map(FleetSnapshot::version),
                rejection,
                nodeStatus()));
  }

  synchronized List<NodeStatus> nodeStatus() {
    return nodes.stream()
        .map(node -> node.status(served))
        .sorted(Comparator.comparing(NodeStatus::nodeId))
        .toList();
  }
}
