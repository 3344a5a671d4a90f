package dev.sluice.xds.router;

import dev.sluice.model.ServiceRef;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The endpoints of every service. */
public record Topology(Map<ServiceRef, List<Endpoint>> endpoints) {

  private static final Comparator<Endpoint> BY_ADDRESS =
      Comparator.comparing(Endpoint::host).thenComparingInt(Endpoint::port);

  public Topology {
    endpoints =
        endpoints.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> e.getValue().stream().sorted(BY_ADDRESS).toList()));
  }

  /** The endpoints of a service that take traffic, sorted by address. */
  public List<Endpoint> ready(ServiceRef service) {
    return endpoints.getOrDefault(service, List.of()).stream().filter(Endpoint::ready).toList();
  }

  /** The endpoints of a backend that take traffic; none for an external one. */
  public List<Endpoint> ready(Backend backend) {
    return backend.service().map(this::ready).orElse(List.of());
  }
}
