package dev.sluice.app.loop;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Credential;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.util.List;
import java.util.Optional;

/**
 * A router's resources, and what they were made of: the same again needs no compiling.
 *
 * @param source of the resources
 */
public record CompiledFleet(Source source, FleetResources resources) {

  /**
   * All that the compiler looks at.
   *
   * @param backends what is known of each backend's service, in the order of the router's backends
   */
  public record Source(RouterSpec router, RouterShares shares, List<Reached> backends) {

    static Source of(
        RouterSpec router, Topology topology, RouterShares shares, VerdictSnapshot verdicts) {
      return new Source(
          router,
          shares,
          router.backends().stream()
              .map(backend -> Reached.of(backend, topology, verdicts))
              .toList());
    }
  }

  /** Where a backend is reached, and how its service stands. */
  public record Reached(
      List<Endpoint> endpoints, Optional<Credential> credential, Optional<Verdict> verdict) {

    private static Reached of(Backend backend, Topology topology, VerdictSnapshot verdicts) {
      Optional<ServiceRef> service = backend.service();
      return new Reached(
          service.map(ref -> topology.endpoints().getOrDefault(ref, List.of())).orElse(List.of()),
          backend.external().flatMap(topology::credential),
          service.flatMap(verdicts::find).map(ServiceVerdict::verdict));
    }
  }
}
