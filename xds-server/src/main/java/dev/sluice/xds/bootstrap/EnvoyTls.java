package dev.sluice.xds.bootstrap;

import java.nio.file.Path;
import java.util.Map;

/**
 * What an Envoy shows to Sluice and asks of it. The paths are those of Envoy's machine.
 *
 * @param certificate its certificate, which names its fleets
 * @param key the certificate's key
 * @param authority who signed Sluice's certificate
 * @param serverName a DNS name in Sluice's certificate
 * @param folder where the files that name the others are, beside the bootstrap
 */
public record EnvoyTls(Path certificate, Path key, Path authority, String serverName, Path folder) {

  // Envoy takes one secret from a file, and follows changes only of those that are in files.
  private static final String CERTIFICATE_FILE = "sds-certificate.yaml";
  private static final String AUTHORITY_FILE = "sds-authority.yaml";
  private static final String SECRET =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  /** The files that Envoy needs beside its bootstrap, by name. */
  Map<String, String> secrets() {
    return Map.of(
        CERTIFICATE_FILE,
        """
        resources:
        - "@type": %s
          name: certificate
          tls_certificate:
            certificate_chain: {filename: "%s"}
            private_key: {filename: "%s"}
            # A file that is moved into this folder, or a folder that is swapped, is seen; one that
            # is written in place is not.
            watched_directory: {path: "%s"}
        """
            .formatted(SECRET, certificate, key, certificate.getParent()),
        AUTHORITY_FILE,
        """
        resources:
        - "@type": %s
          name: authority
          validation_context:
            trusted_ca: {filename: "%s"}
            watched_directory: {path: "%s"}
            match_typed_subject_alt_names:
            - {san_type: DNS, matcher: {exact: "%s"}}
        """
            .formatted(SECRET, authority, authority.getParent(), serverName));
  }

  /** The part of the cluster {@code sluice}. */
  String transportSocket() {
    return """
        transport_socket:
          name: envoy.transport_sockets.tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
            sni: "%s"
            common_tls_context:
              tls_params: {tls_minimum_protocol_version: TLSv1_2, tls_maximum_protocol_version: TLSv1_3}
              tls_certificate_sds_secret_configs:
              - name: certificate
                sds_config: {path_config_source: {path: "%s"}, resource_api_version: V3}
              validation_context_sds_secret_config:
                name: authority
                sds_config: {path_config_source: {path: "%s"}, resource_api_version: V3}
    """
        .formatted(serverName, folder.resolve(CERTIFICATE_FILE), folder.resolve(AUTHORITY_FILE));
  }
}
