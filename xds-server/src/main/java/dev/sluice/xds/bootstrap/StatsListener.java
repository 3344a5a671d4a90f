package dev.sluice.xds.bootstrap;

import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;

/**
 * The parts of a bootstrap that show other machines two pages of the admin interface, the metrics
 * and the readiness, and none of those that change or tell more.
 */
record StatsListener(HostPort address, HostPort admin) {

  String listeners() {
    return """
      listeners:
      - name: sluice-stats
        address: {socket_address: {address: "%s", port_value: %d}}
        ignore_global_conn_limit: true
        filter_chains:
        - filters:
          - name: envoy.filters.network.http_connection_manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: sluice-stats
              route_config:
                virtual_hosts:
                - name: admin
                  domains: ["*"]
                  routes:
                  - {match: {path: /stats/prometheus}, route: {cluster: admin}}
                  - {match: {path: /ready}, route: {cluster: admin}}
              http_filters:
              - name: envoy.filters.http.router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
    """
        .formatted(address.host(), address.port());
  }

  String cluster() {
    return """
      - name: admin
        type: STATIC
        load_assignment:
          cluster_name: admin
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: "%s", port_value: %d}}}
    """
        .formatted(admin.host(), admin.port());
  }
}
