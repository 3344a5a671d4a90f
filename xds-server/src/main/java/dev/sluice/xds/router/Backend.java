package dev.sluice.xds.router;

import dev.sluice.model.ServiceRef;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One of a router's backends.
 *
 * @param name unique within the router
 * @param displayName the id it has in {@code /v1/models}, if not its name
 * @param upstream where its requests go
 * @param weight the declared weight in weighted rules; 0 takes it out of them
 * @param local whether sensitive data may reach it; an external backend never is, whatever its
 *     {@code tier} says
 * @param timeout to the response's headers, if not the router's
 * @param capabilities what it can do, for {@code requiredCapabilities}
 */
public record Backend(
    String name,
    Optional<String> displayName,
    Upstream upstream,
    int weight,
    boolean local,
    Optional<Duration> timeout,
    Set<String> capabilities) {

  public Backend {
    if (weight < 0) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0)");
    }
    capabilities = Set.copyOf(capabilities);
  }

  /** The id clients see in {@code /v1/models} and may name as model. */
  public String modelId() {
    return displayName.orElse(name);
  }

  /** Where requests go. */
  public sealed interface Upstream {

    /** To the endpoints of an InferenceService. */
    record InService(ServiceRef service) implements Upstream {}

    /** To a provider outside the cluster. */
    record External(String provider, URI url) implements Upstream {}
  }

  /** The InferenceService behind it, if it has one. */
  public Optional<ServiceRef> service() {
    return switch (upstream) {
      case Upstream.InService inService -> Optional.of(inService.service());
      case Upstream.External _ -> Optional.empty();
    };
  }
}
