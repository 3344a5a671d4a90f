package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a cluster is reached and lived in.
 *
 * @param kubeconfig how to reach it; empty for {@code KUBECONFIG}, {@code ~/.kube/config} or the
 *     pod's own service account
 * @param namespace the only one that is read; empty for all
 * @param home the namespace of the Lease and the memory; empty for the pod's own, or the one of the
 *     kubeconfig's context
 * @param elects whether replicas settle who decides; if not, this one does
 * @param holdsAgents whether Foreman's Agents are held while their service is breached
 * @param fleets what fleets are made like for ModelRouters that ask for one; empty for none
 */
public record ClusterSettings(
    Optional<Path> kubeconfig,
    Optional<String> namespace,
    Optional<String> home,
    boolean elects,
    boolean holdsAgents,
    Optional<FleetSettings> fleets) {

  /** Without fleets. */
  public ClusterSettings(
      Optional<Path> kubeconfig,
      Optional<String> namespace,
      Optional<String> home,
      boolean elects,
      boolean holdsAgents) {
    this(kubeconfig, namespace, home, elects, holdsAgents, Optional.empty());
  }

  /** All namespaces, with an election, without holds. */
  public static ClusterSettings of(Path kubeconfig) {
    return new ClusterSettings(
        Optional.of(kubeconfig), Optional.empty(), Optional.empty(), true, false);
  }

  /** The same, with holds on Agents. */
  public ClusterSettings holdingAgents() {
    return new ClusterSettings(kubeconfig, namespace, home, elects, true, fleets);
  }

  /** The same, which makes fleets like these. */
  public ClusterSettings managingFleets(FleetSettings like) {
    return new ClusterSettings(kubeconfig, namespace, home, elects, holdsAgents, Optional.of(like));
  }
}
