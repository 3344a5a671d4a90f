package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/**
 * How far somebody looks into a cluster.
 *
 * @param namespace the only one; empty for all
 */
record KubeReach(KubernetesClient client, Optional<String> namespace) {

  /**
   * The objects of a kind.
   *
   * @throws KubernetesClientException if they can't be listed
   */
  List<GenericKubernetesResource> all(WatchedKind kind) {
    var objects = client.genericKubernetesResources(kind.context());
    return namespace
        .map(name -> objects.inNamespace(name).list())
        .orElseGet(() -> objects.inAnyNamespace().list())
        .getItems();
  }
}
