package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Services of ModelRouters in a cluster. */
final class RouterServices implements ServiceMover {

  private final KubernetesClient client;

  RouterServices(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<RouterService> find(String namespace, String router) {
    return Optional.ofNullable(
            client.services().inNamespace(namespace).withName(RouterService.nameOf(router)).get())
        .map(RouterService::of);
  }

  /**
   * The Services that Sluice has taken.
   *
   * @param namespace of which only these; empty for all
   */
  List<RouterService> taken(Optional<String> namespace) {
    return namespace
        .map(name -> client.services().inNamespace(name).list())
        .orElseGet(() -> client.services().inAnyNamespace().list())
        .getItems()
        .stream()
        .map(RouterService::of)
        .filter(service -> service.original().isPresent())
        .toList();
  }

  @Override
  public int readyPods(String namespace, Map<String, String> labels) {
    return Math.toIntExact(
        client.pods().inNamespace(namespace).withLabels(labels).list().getItems().stream()
            .filter(RouterServices::isReady)
            .count());
  }

  private static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(it -> it.getType().equals("Ready") && it.getStatus().equals("True"));
  }

  @Override
  public void take(RouterService service, Map<String, String> fleet) {
    patch(service, service.taking(fleet));
  }

  @Override
  public void giveBack(RouterService service, Map<String, String> original) {
    patch(service, service.givingBack(original));
  }

  private void patch(RouterService service, String patch) {
    client
        .services()
        .inNamespace(service.namespace())
        .withName(service.name())
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }
}
