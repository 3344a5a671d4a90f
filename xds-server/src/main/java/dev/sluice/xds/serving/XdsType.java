package dev.sluice.xds.serving;

import io.envoyproxy.controlplane.cache.Resources;
import java.util.Arrays;
import java.util.Optional;

/**
 * The resource types that a fleet is served, in the order in which a change is made without a gap:
 * what is referred to comes before what refers to it.
 */
public enum XdsType {
  CLUSTERS("cds", Resources.V3.CLUSTER_TYPE_URL),
  ASSIGNMENTS("eds", Resources.V3.ENDPOINT_TYPE_URL),
  LISTENERS("lds", Resources.V3.LISTENER_TYPE_URL),
  ROUTES("rds", Resources.V3.ROUTE_TYPE_URL),
  SECRETS("sds", Resources.V3.SECRET_TYPE_URL);

  private final String label;
  private final String typeUrl;

  XdsType(String label, String typeUrl) {
    this.label = label;
    this.typeUrl = typeUrl;
  }

  /** Empty for types that fleets aren't served, such as runtimes. */
  static Optional<XdsType> of(String typeUrl) {
    return Arrays.stream(values()).filter(type -> type.typeUrl.equals(typeUrl)).findFirst();
  }

  /** The name of its discovery service, as Envoy's own statistics use it: {@code eds}. */
  public String label() {
    return label;
  }

  /** The type URL of its resources on the wire. */
  public String typeUrl() {
    return typeUrl;
  }

  /** True if a node asks for all of them rather than by name. */
  boolean wildcard() {
    return switch (this) {
      case CLUSTERS, LISTENERS -> true;
      case ASSIGNMENTS, ROUTES, SECRETS -> false;
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
