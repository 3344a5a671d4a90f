package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.RuleBackends;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The fleets by {@code node.cluster}: those that are published, and those that connected nodes ask
 * for. Safe for any thread.
 */
final class Fleets {

  private static final int LONGEST_QUOTE = 200;

  private final InstantSource clock;
  private final ServingReport report;
  private final ConcurrentMap<String, Fleet> byCluster = new ConcurrentHashMap<>();

  Fleets(InstantSource clock, ServingReport report) {
    this.clock = clock;
    this.report = report;
  }

  // A fleet comes and goes within compute, so that none is dropped while a node joins it.

  Fleet join(String cluster, Node node) {
    return byCluster.compute(
        cluster,
        (_, known) -> {
          Fleet fleet = known == null ? new Fleet(ref(cluster), clock, report) : known;
          fleet.join(node);
          return fleet;
        });
  }

  /** The end of a stream whose node asked for a fleet that its certificate doesn't name. */
  StatusException refused(String cluster, AllowedFleets allowed) {
    String words =
        "node.cluster: \"%s\" (expected: a fleet that the certificate names; it names %s)"
            .formatted(printable(cluster), allowed);
    report.refused(words);
    return Status.PERMISSION_DENIED.withDescription(words).asException();
  }

  private static String printable(String text) {
    String start = text.substring(0, Math.min(text.length(), LONGEST_QUOTE));
    return start.replaceAll("[\\p{Cntrl}\"]", "?");
  }

  void leave(String cluster, Node node) {
    byCluster.computeIfPresent(
        cluster,
        (_, fleet) -> {
          fleet.leave(node);
          return fleet.isUnused() ? null : fleet;
        });
  }

  void publish(FleetSnapshot snapshot) {
    RouterRef ref = snapshot.fleet();
    byCluster.compute(
        ref.toString(),
        (_, known) -> {
          Fleet fleet = known == null ? new Fleet(Optional.of(ref), clock, report) : known;
          if (!fleet.isPublished()) {
            report.published(ref, fleet);
          }
          fleet.publish(snapshot);
          return fleet;
        });
  }

  void remove(RouterRef ref) {
    byCluster.computeIfPresent(
        ref.toString(),
        (_, fleet) -> {
          fleet.withdraw();
          report.removed(ref);
          return fleet.isUnused() ? null : fleet;
        });
  }

  RuleBackends backends(String cluster) {
    Fleet fleet = byCluster.get(cluster);
    return fleet == null ? RuleBackends.NONE : fleet.backends();
  }

  List<FleetStatus> status() {
    return byCluster.values().stream()
        .flatMap(fleet -> fleet.status().stream())
        .sorted(Comparator.comparing(FleetStatus::fleet))
        .toList();
  }

  List<NodeStatus> waiting() {
    return byCluster.values().stream()
        .filter(fleet -> !fleet.isPublished())
        .flatMap(fleet -> fleet.nodeStatus().stream())
        .sorted(Comparator.comparing(NodeStatus::cluster).thenComparing(NodeStatus::nodeId))
        .toList();
  }

  boolean awaitAnswers() {
    return byCluster.values().stream().anyMatch(Fleet::awaitsAnswer);
  }

  static Optional<RouterRef> ref(String cluster) {
    try {
      return Optional.of(RouterRef.parse(cluster));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
