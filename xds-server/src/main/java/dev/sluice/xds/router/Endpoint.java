package dev.sluice.xds.router;

import java.util.Optional;

/**
 * One replica of a service, as an EndpointSlice lists it.
 *
 * @param replica the pod's name, if a pod it is
 * @param ready whether it takes traffic
 */
public record Endpoint(String host, int port, Optional<String> replica, boolean ready) {

  public Endpoint {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
    }
  }

  /** {@code host:port}, which an objective grouped by instance names. */
  public String address() {
    return host + ":" + port;
  }

  /** What verdicts call it: the pod's name, or its address. */
  public String replicaName() {
    return replica.orElseGet(this::address);
  }
}
