package dev.sluice.evaluator.alerts;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where Prometheus (or Thanos, Mimir: anything with its HTTP API) is, and how to speak to it. Holds
 * no secret, only the names of files with secrets, so it may be printed.
 *
 * @param baseUrl what {@code /api/v1} is appended to
 * @param timeout bound of one whole call, connecting and reading included
 * @param bearerTokenFile its content is sent as bearer token; read again for each call, because
 *     tokens that Kubernetes projects are rotated
 * @param caFile PEM certificates to trust instead of the system's
 * @param clientCertificate for mutual TLS
 */
public record PrometheusSettings(
    URI baseUrl,
    Duration timeout,
    Optional<Path> bearerTokenFile,
    Optional<Path> caFile,
    Optional<ClientCertificate> clientCertificate) {

  /** Bound of one call unless set: less than the poll interval of 5 s, so polls keep their pace. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(4);

  /**
   * A client certificate.
   *
   * @param certificateFile PEM, the leaf first
   * @param keyFile PEM, PKCS #8
   */
  public record ClientCertificate(Path certificateFile, Path keyFile) {}

  public PrometheusSettings {
    String scheme = String.valueOf(baseUrl.getScheme());
    if (baseUrl.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "--prometheus: \"" + baseUrl + "\" (expected: a URL like http://127.0.0.1:9090)");
    }
    if (baseUrl.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "--prometheus: "
              + scheme
              + "://...@"
              + baseUrl.getHost()
              + " names a user (expected: a URL without one; use --prometheus-token-file)");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "Prometheus timeout: " + timeout + " (expected: above zero, like 4s)");
    }
  }

  /** Plain HTTP or HTTPS, without a token, with the default timeout. */
  public static PrometheusSettings of(URI baseUrl) {
    return new PrometheusSettings(
        baseUrl, DEFAULT_TIMEOUT, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same, sending the content of {@code file} as bearer token. */
  public PrometheusSettings withBearerTokenFile(Path file) {
    return new PrometheusSettings(baseUrl, timeout, Optional.of(file), caFile, clientCertificate);
  }

  /** The same with another bound per call. */
  public PrometheusSettings withTimeout(Duration bound) {
    return new PrometheusSettings(baseUrl, bound, bearerTokenFile, caFile, clientCertificate);
  }
}
