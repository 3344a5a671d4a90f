package dev.sluice.app.kube;

import dev.sluice.model.RouterRef;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives the Services that Sluice has taken back to their router-proxies; needs no running Sluice.
 */
public final class Unadoption {

  private Unadoption() {}

  /**
   * What became of one Service.
   *
   * @param failure why it still points at the fleet; empty if it was given back
   */
  public record Outcome(String service, Optional<String> failure) {}

  /**
   * Gives back; one outcome for each Service that is taken.
   *
   * @param only the router whose Service is given back; empty for all
   * @throws KubernetesClientException if the Services can't be read
   */
  public static List<Outcome> run(Optional<Path> kubeconfig, Optional<RouterRef> only) {
    try (KubernetesClient client = Cluster.connect(kubeconfig)) {
      RouterServices services = new RouterServices(client);
      return taken(services, only).map(service -> giveBack(services, service)).toList();
    }
  }

  /** Gives back every Service of a namespace; empty for all. */
  static List<Outcome> all(KubernetesClient client, Optional<String> namespace) {
    RouterServices services = new RouterServices(client);
    return services.taken(namespace).stream().map(service -> giveBack(services, service)).toList();
  }

  // One router's needs the right to its namespace only.
  private static Stream<RouterService> taken(RouterServices services, Optional<RouterRef> only) {
    return only.map(
            router ->
                services.find(router.namespace(), router.name()).stream()
                    .filter(service -> service.original().isPresent()))
        .orElseGet(() -> services.taken(Optional.empty()).stream());
  }

  private static Outcome giveBack(RouterServices services, RouterService service) {
    try {
      services.giveBack(service, service.original().orElse(Map.of()));
      return new Outcome(service.toString(), Optional.empty());
    } catch (KubernetesClientException failure) {
      return new Outcome(service.toString(), Optional.of(String.valueOf(failure.getMessage())));
    }
  }
}
