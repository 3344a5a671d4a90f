package dev.sluice.xds.resources;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.net.URI;
import java.time.Duration;

/** A host outside the cluster, found by DNS; over https its certificate must name it. */
final class OutsideCluster {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final String API_VERSION_PATH = "/v1";
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private OutsideCluster() {}

  static Cluster compile(String name, URI url, String caFile) {
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setType(Cluster.DiscoveryType.LOGICAL_DNS)
            .setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
            .setConnectTimeout(Protos.duration(CONNECT_TIMEOUT))
            .setCircuitBreakers(ClusterCompiler.circuitBreakers())
            .setLoadAssignment(
                ClusterLoadAssignment.newBuilder()
                    .setClusterName(name)
                    .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint(url))));
    if (isTls(url)) {
      cluster.setTransportSocket(tls(url.getHost(), caFile));
    }
    return cluster.build();
  }

  private static LbEndpoint endpoint(URI url) {
    int port = url.getPort() > 0 ? url.getPort() : isTls(url) ? HTTPS : HTTP;
    return LbEndpoint.newBuilder()
        .setEndpoint(
            Endpoint.newBuilder()
                .setAddress(
                    Address.newBuilder()
                        .setSocketAddress(
                            SocketAddress.newBuilder()
                                .setAddress(url.getHost())
                                .setPortValue(port))))
        .build();
  }

  private static TransportSocket tls(String host, String caFile) {
    CertificateValidationContext validation =
        CertificateValidationContext.newBuilder()
            .setTrustedCa(DataSource.newBuilder().setFilename(caFile))
            .addMatchTypedSubjectAltNames(
                SubjectAltNameMatcher.newBuilder()
                    .setSanType(SubjectAltNameMatcher.SanType.DNS)
                    .setMatcher(StringMatcher.newBuilder().setExact(host)))
            .build();
    UpstreamTlsContext context =
        UpstreamTlsContext.newBuilder()
            .setSni(host)
            .setCommonTlsContext(CommonTlsContext.newBuilder().setValidationContext(validation))
            .build();
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(Protos.any(context))
        .build();
  }

  private static boolean isTls(URI url) {
    return "https".equals(url.getScheme());
  }

  /** The Host header: the port only where it isn't the scheme's own. */
  static String authority(URI url) {
    return url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
  }

  /**
   * What precedes the paths of the API. They begin with {@code /v1} already, so a base that ends
   * with it, as OpenAI's clients write it, is meant to be the one without.
   */
  static String pathPrefix(URI url) {
    String path = url.getPath() == null ? "" : url.getPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return path.endsWith(API_VERSION_PATH)
        ? path.substring(0, path.length() - API_VERSION_PATH.length())
        : path;
  }
}
