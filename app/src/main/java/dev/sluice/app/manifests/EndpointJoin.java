package dev.sluice.app.manifests;

import dev.sluice.model.ServiceRef;
import dev.sluice.xds.router.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which EndpointSlices are those of which InferenceService.
 *
 * <p>A slice names its Service by label. The Service names its InferenceService by label; without
 * one it is the InferenceService whose name, dots replaced by dashes, is the Service's (LLMKube
 * {@code sanitizeDNSName}). Several slices of one Service are merged.
 */
final class EndpointJoin {

  /** Kubernetes' own label, set by its EndpointSlice controller. */
  static final String SERVICE_NAME_LABEL = "kubernetes.io/service-name";

  private final Set<ServiceRef> services;
  private final List<Problem> problems;

  EndpointJoin(Set<ServiceRef> services, List<Problem> problems) {
    this.services = services;
    this.problems = problems;
  }

  /** The name of the Service that LLMKube makes for an InferenceService. */
  static String kubeServiceName(ServiceRef service) {
    return service.name().replace('.', '-');
  }

  Map<ServiceRef, List<Endpoint>> join(Collection<Manifest> objects) {
    Map<KubeServiceKey, ServiceRef> owners = owners(objects);
    Map<ServiceRef, List<Endpoint>> endpoints = new HashMap<>();
    for (Manifest manifest : objects) {
      if (!(manifest.declared() instanceof Declared.Slice slice)) {
        continue;
      }
      Optional<ServiceRef> owner =
          Optional.ofNullable(slice.labels().get(SERVICE_NAME_LABEL))
              .map(name -> new KubeServiceKey(manifest.id().namespace(), name))
              .map(owners::get);
      owner.ifPresent(
          service -> {
            endpoints.computeIfAbsent(service, _ -> new ArrayList<>()).addAll(slice.endpoints());
            slice.portFault().ifPresent(words -> problems.add(manifest.problem("ports", words)));
          });
    }
    return endpoints;
  }

  private Map<KubeServiceKey, ServiceRef> owners(Collection<Manifest> objects) {
    Map<KubeServiceKey, ServiceRef> owners = new HashMap<>();
    for (ServiceRef service : services) {
      owners.put(new KubeServiceKey(service.namespace(), kubeServiceName(service)), service);
    }
    for (Manifest manifest : objects) {
      if (manifest.declared() instanceof Declared.KubeService(Optional<String> labelled)) {
        labelled
            .flatMap(name -> ServiceRef.tryOf(manifest.id().namespace(), name))
            .filter(services::contains)
            .ifPresent(
                service ->
                    owners.put(
                        new KubeServiceKey(service.namespace(), manifest.id().name()), service));
      }
    }
    return owners;
  }

  private record KubeServiceKey(String namespace, String name) {}
}
