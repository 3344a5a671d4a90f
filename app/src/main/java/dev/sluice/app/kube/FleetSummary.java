package dev.sluice.app.kube;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a fleet's Envoys have, in the few numbers that are said of it. Versions are hashes of
 * content, so two replicas that publish the same name it alike.
 *
 * @param wanted the newest published version
 * @param served what Envoys are given: {@code wanted}, or an older one while it is rejected
 * @param rejection why {@code wanted} isn't served
 * @param envoys how many are connected
 * @param acknowledged how many of them have all of what they are given
 */
record FleetSummary(
    String wanted,
    Optional<String> served,
    Optional<Rejection> rejection,
    int envoys,
    int acknowledged) {

  /** A version that an Envoy refused, in its own words. */
  record Rejection(String version, String envoy, String words) {}

  static FleetSummary of(FleetStatus status) {
    return new FleetSummary(
        status.wanted().toString(),
        status.served().map(Object::toString),
        status
            .rejection()
            .map(it -> new Rejection(it.version().toString(), it.node(), it.envoyWords())),
        status.nodes().size(),
        Math.toIntExact(status.nodes().stream().filter(NodeStatus::converged).count()));
  }

  /** By fleet: there may be a thousand. */
  static Map<RouterRef, FleetSummary> of(List<FleetStatus> statuses) {
    Map<RouterRef, FleetSummary> fleets = new HashMap<>();
    statuses.forEach(status -> fleets.put(status.fleet(), of(status)));
    return fleets;
  }

  /**
   * With the Envoys that are connected to another replica: those that have another version count as
   * awaited.
   */
  FleetSummary plus(FleetSummary other) {
    boolean isSame = wanted.equals(other.wanted);
    return new FleetSummary(
        wanted,
        served,
        rejection.or(() -> isSame ? other.rejection : Optional.empty()),
        envoys + other.envoys,
        acknowledged + (isSame ? other.acknowledged : 0));
  }
}
