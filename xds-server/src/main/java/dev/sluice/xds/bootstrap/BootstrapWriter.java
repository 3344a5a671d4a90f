package dev.sluice.xds.bootstrap;

import dev.sluice.model.RouterRef;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Prints the bootstrap of one router's fleet: who the Envoy is, where it gets everything else, and
 * how its histograms are cut.
 */
public final class BootstrapWriter {

  /**
   * The upper bounds of the histograms' buckets, in milliseconds. A latency objective's {@code le}
   * must be one of them, or no series stands behind it.
   */
  public static final List<Integer> BUCKETS_MS =
      List.of(
          25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 2500, 3000, 5000,
          7500, 10_000, 15_000, 30_000, 60_000, 120_000);

  private BootstrapWriter() {}

  /**
   * The bootstrap, as YAML.
   *
   * @param fleet the router; it becomes {@code node.cluster}, by which the server knows the fleet
   * @param nodeId tells the fleet's Envoys apart
   * @param xds where Sluice serves ADS
   * @param admin where Envoy's own admin page listens; keep it on loopback
   */
  public static String yaml(RouterRef fleet, String nodeId, HostPort xds, HostPort admin) {
    return yaml(new Bootstrap(fleet, nodeId, xds, admin));
  }

  /** The bootstrap alone, as YAML; with TLS it names files that are written beside it. */
  static String yaml(Bootstrap bootstrap) {
    Optional<StatsListener> stats =
        bootstrap.stats().map(address -> new StatsListener(address, bootstrap.admin()));
    return """
      node:
        id: "%s"
        cluster: "%s"
      admin:
        address: {socket_address: {address: "%s", port_value: %d}}
      # What Envoy measures for objectives is cut at these bounds (milliseconds).
      stats_config:
        histogram_bucket_settings:
        - match: {prefix: "sluice."}
          buckets: [%s]
      # External backends are reached through listeners inside Envoy.
      bootstrap_extensions:
      - name: envoy.bootstrap.internal_listener
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener
      dynamic_resources:
        # Delta: a rejected push is re-sent once, not for ever.
        ads_config:
          api_type: DELTA_GRPC
          transport_api_version: V3
          set_node_on_first_message_only: true
          grpc_services:
          - envoy_grpc:
              cluster_name: sluice
              # Envoy's own longest wait is 30 seconds: too long for one that starts before Sluice does.
              retry_policy: {retry_back_off: {base_interval: 0.5s, max_interval: 10s}}
        cds_config: {ads: {}, resource_api_version: V3}
        lds_config: {ads: {}, resource_api_version: V3}
      # How many requests each backend was sent is reported where the configuration comes from.
      cluster_manager:
        load_stats_config:
          api_type: GRPC
          transport_api_version: V3
          grpc_services: [{envoy_grpc: {cluster_name: sluice}}]
      static_resources:
      %s  clusters:
        - name: sluice
          type: STRICT_DNS
          connect_timeout: 2s
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config:
                http2_protocol_options:
                  connection_keepalive: {interval: 30s, timeout: 10s}
          load_assignment:
            cluster_name: sluice
            endpoints:
            - lb_endpoints:
              - endpoint: {address: {socket_address: {address: "%s", port_value: %d}}}
      %s%soverload_manager:
        resource_monitors:
        - name: envoy.resource_monitors.global_downstream_max_connections
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
            max_active_downstream_connections: 50000
      """
        .formatted(
            bootstrap.nodeId(),
            bootstrap.fleet(),
            bootstrap.admin().host(),
            bootstrap.admin().port(),
            BUCKETS_MS.stream().map(String::valueOf).collect(Collectors.joining(", ")),
            stats.map(StatsListener::listeners).orElse(""),
            bootstrap.xds().host(),
            bootstrap.xds().port(),
            bootstrap.tls().map(EnvoyTls::transportSocket).orElse(""),
            stats.map(StatsListener::cluster).orElse(""));
  }

  /** A host and a port. */
  public record HostPort(String host, int port) {

    /**
     * Reads {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    public static HostPort parse(String text) {
      int colon = text.lastIndexOf(':');
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (colon > 0 && port >= 1 && port <= 65535) {
          return new HostPort(text.substring(0, colon), port);
        }
      } catch (NumberFormatException notANumber) {
        // said below
      }
      throw new IllegalArgumentException(
          "address: \"" + text + "\" (expected: HOST:PORT, like 127.0.0.1:18000)");
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }
}
