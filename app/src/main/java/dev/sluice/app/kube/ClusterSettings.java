package dev.sluice.app.kube;

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
 */
public record ClusterSettings(
    Optional<Path> kubeconfig,
    Optional<String> namespace,
    Optional<String> home,
    boolean elects,
    boolean holdsAgents) {

  /** All namespaces, with an election, without holds. */
  public static ClusterSettings of(Path kubeconfig) {
    return new ClusterSettings(
        Optional.of(kubeconfig), Optional.empty(), Optional.empty(), true, false);
  }

  /** The same, with holds on Agents. */
  public ClusterSettings holdingAgents() {
    return new ClusterSettings(kubeconfig, namespace, home, elects, true);
  }
}
