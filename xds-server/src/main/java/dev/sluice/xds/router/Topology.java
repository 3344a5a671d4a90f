package dev.sluice.xds.router;

import dev.sluice.model.ServiceRef;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What backends are reached by.
 *
 * @param endpoints of every service
 * @param credentials of external providers
 */
public record Topology(
    Map<ServiceRef, List<Endpoint>> endpoints, Map<CredentialRef, Credential> credentials) {

  private static final Comparator<Endpoint> BY_ADDRESS =
      Comparator.comparing(Endpoint::host).thenComparingInt(Endpoint::port);

  public Topology {
    endpoints =
        endpoints.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> e.getValue().stream().sorted(BY_ADDRESS).toList()));
    credentials = Map.copyOf(credentials);
  }

  /** Of these endpoints, without a credential. */
  public static Topology of(Map<ServiceRef, List<Endpoint>> endpoints) {
    return new Topology(endpoints, Map.of());
  }

  /** The endpoints of a service that take traffic, sorted by address. */
  public List<Endpoint> ready(ServiceRef service) {
    return endpoints.getOrDefault(service, List.of()).stream().filter(Endpoint::ready).toList();
  }

  /** The endpoints of a backend that take traffic; none for an external one. */
  public List<Endpoint> ready(Backend backend) {
    return backend.service().map(this::ready).orElse(List.of());
  }

  /**
   * Whether the backend can be given requests: a service with a ready endpoint, or a provider whose
   * key, if it needs one, is here.
   */
  public boolean reaches(Backend backend) {
    return switch (backend.upstream()) {
      case Backend.Upstream.InService(ServiceRef service) -> !ready(service).isEmpty();
      case Backend.Upstream.External external ->
          external.credential().map(credentials::containsKey).orElse(true);
    };
  }

  /** The key of a provider, if it has one and it is here. */
  public Optional<Credential> credential(Backend.Upstream.External external) {
    return external.credential().flatMap(ref -> Optional.ofNullable(credentials.get(ref)));
  }
}
