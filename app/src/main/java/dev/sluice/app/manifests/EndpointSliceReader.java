package dev.sluice.app.manifests;

import dev.sluice.xds.router.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads an EndpointSlice of {@code discovery.k8s.io/v1}: the port named {@code http}, or the only
 * one; an endpoint that doesn't say whether it is ready is ready.
 */
final class EndpointSliceReader {

  private static final String PORT_NAME = "http";
  private static final int MOST_PORT = 65_535;

  private EndpointSliceReader() {}

  static Declared read(Field root) {
    List<Field> ports = root.at("ports").items();
    Optional<Field> port =
        ports.size() == 1
            ? Optional.of(ports.getFirst())
            : ports.stream()
                .filter(item -> item.at("name").text().equals(Optional.of(PORT_NAME)))
                .findFirst();
    OptionalInt number = port.map(EndpointSliceReader::number).orElse(OptionalInt.empty());
    List<Endpoint> endpoints = new ArrayList<>();
    for (Field endpoint : root.at("endpoints").items()) {
      endpoint(endpoint, number).ifPresent(endpoints::add);
    }
    Optional<String> fault =
        ports.size() > 1 && port.isEmpty()
            ? Optional.of(ports.size() + " ports (expected: one of them named http)")
            : Optional.empty();
    return new Declared.Slice(root.at("metadata").at("labels").textMap(), endpoints, fault);
  }

  private static OptionalInt number(Field item) {
    Field port = item.at("port");
    port.required("a port number");
    return OptionalInt.of(port.integer(1, 1, MOST_PORT));
  }

  private static Optional<Endpoint> endpoint(Field endpoint, OptionalInt port) {
    // Kubernetes: the addresses of one endpoint are fungible, and consumers should use the first.
    List<String> addresses = endpoint.at("addresses").texts();
    if (addresses.isEmpty()) {
      endpoint.at("addresses").reject("an address");
      return Optional.empty();
    }
    if (port.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Endpoint(
            addresses.getFirst(),
            port.getAsInt(),
            endpoint.at("targetRef").at("name").text(),
            endpoint.at("conditions").at("ready").flag(true)));
  }
}
