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
 * @param healthCheck how Envoy asks whether its replicas are well; empty if it doesn't ask
 */
public record Backend(
    String name,
    Optional<String> displayName,
    Upstream upstream,
    int weight,
    boolean local,
    Optional<Duration> timeout,
    Set<String> capabilities,
    Optional<HealthCheck> healthCheck) {

  public Backend {
    if (weight < 0) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0)");
    }
    capabilities = Set.copyOf(capabilities);
  }

  /** The name by which a request's model may call it: its displayName, else its name. */
  public String calledName() {
    return displayName.orElse(name);
  }

  /** The id clients see in {@code /v1/models}: the provider's model where it has no displayName. */
  public String listedId() {
    return displayName.or(() -> external().flatMap(Upstream.External::model)).orElse(name);
  }

  /** Where requests go. */
  public sealed interface Upstream {

    /** To the endpoints of an InferenceService. */
    record InService(ServiceRef service) implements Upstream {}

    /**
     * To a provider outside the cluster.
     *
     * @param url its base: {@code https://host[:port][/path]}
     * @param model what the body's {@code model} becomes; empty leaves it as it is
     * @param credential where its key is; empty sends none
     */
    record External(
        Provider provider, URI url, Optional<String> model, Optional<CredentialRef> credential)
        implements Upstream {}
  }

  /**
   * An active check: a GET that must be answered 200.
   *
   * @param path asked for
   * @param interval between two
   * @param timeout of one
   */
  public record HealthCheck(String path, Duration interval, Duration timeout) {}

  /** The InferenceService behind it, if it has one. */
  public Optional<ServiceRef> service() {
    return switch (upstream) {
      case Upstream.InService inService -> Optional.of(inService.service());
      case Upstream.External _ -> Optional.empty();
    };
  }

  /** The provider behind it, if it has one. */
  public Optional<Upstream.External> external() {
    return switch (upstream) {
      case Upstream.InService _ -> Optional.empty();
      case Upstream.External external -> Optional.of(external);
    };
  }
}
