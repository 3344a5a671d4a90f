{{/* The bootstrap of a fleet, as `sluice bootstrap` prints it. The argument: namespace, router, host. */}}
{{- define "sluice.bootstrap" }}
  drain.sh: |
    # Before Envoy is stopped: ask clients to go elsewhere, wait for those under way.
    set -eu
    ask() {
      exec 3<>/dev/tcp/127.0.0.1/9901
      printf '%s HTTP/1.1\r\nHost: envoy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' "$1" >&3
      cat <&3
      exec 3>&-
    }
    # Not ready any more; each answer says that its connection is closed.
    ask 'POST /healthcheck/fail' >/dev/null
    # Until nobody sends new requests here.
    sleep 5
    # For as long as the pod's terminationGracePeriodSeconds allows.
    while ask 'GET /stats?filter=^http.router.downstream_rq_active' | grep -q 'active: [1-9]'; do sleep 1; done
  envoy.yaml: |
    node:
      id: "envoy"
      cluster: "{{ .namespace }}/{{ .router }}"
    admin:
      address: {socket_address: {address: "127.0.0.1", port_value: 9901}}
    # What Envoy measures for objectives is cut at these bounds (milliseconds).
    stats_config:
      histogram_bucket_settings:
      - match: {prefix: "sluice."}
        buckets: [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 2500, 3000, 5000, 7500, 10000, 15000, 30000, 60000, 120000]
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
      listeners:
      - name: sluice-stats
        address: {socket_address: {address: "0.0.0.0", port_value: 9902}}
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
      clusters:
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
            - endpoint: {address: {socket_address: {address: "{{ .host }}", port_value: 18000}}}
        transport_socket:
          name: envoy.transport_sockets.tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
            sni: "{{ .host }}"
            common_tls_context:
              tls_params: {tls_minimum_protocol_version: TLSv1_2, tls_maximum_protocol_version: TLSv1_3}
              tls_certificate_sds_secret_configs:
              - name: certificate
                sds_config: {path_config_source: {path: "/etc/sluice/envoy/sds-certificate.yaml"}, resource_api_version: V3}
              validation_context_sds_secret_config:
                name: authority
                sds_config: {path_config_source: {path: "/etc/sluice/envoy/sds-authority.yaml"}, resource_api_version: V3}
      - name: admin
        type: STATIC
        load_assignment:
          cluster_name: admin
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: "127.0.0.1", port_value: 9901}}}
    overload_manager:
      resource_monitors:
      - name: envoy.resource_monitors.global_downstream_max_connections
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
          max_active_downstream_connections: 50000
  sds-authority.yaml: |
    resources:
    - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
      name: authority
      validation_context:
        trusted_ca: {filename: "/etc/sluice/tls/ca.crt"}
        watched_directory: {path: "/etc/sluice/tls"}
        match_typed_subject_alt_names:
        - {san_type: DNS, matcher: {exact: "{{ .host }}"}}
  sds-certificate.yaml: |
    resources:
    - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
      name: certificate
      tls_certificate:
        certificate_chain: {filename: "/etc/sluice/tls/tls.crt"}
        private_key: {filename: "/etc/sluice/tls/tls.key"}
        # A file that is moved into this folder, or a folder that is swapped, is seen; one that
        # is written in place is not.
        watched_directory: {path: "/etc/sluice/tls"}
{{- end }}
