package dev.sluice.xds.serving;

import io.grpc.ServerCredentials;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the xDS server listens, and for whom.
 *
 * @param host the address to bind; loopback unless there are {@code credentials} or the operator
 *     says otherwise
 * @param port 0 for any free one
 * @param maxStreams how many nodes may be connected at once
 * @param credentials TLS that asks nodes for their certificates: a node then gets the fleets that
 *     its certificate names and no others. Without, nothing is encrypted or checked
 * @param reportEvery how often nodes say what they served
 */
public record XdsSettings(
    String host,
    int port,
    int maxStreams,
    Optional<ServerCredentials> credentials,
    Duration reportEvery) {

  /** The default port of ADS in this project's bootstraps. */
  public static final int DEFAULT_PORT = 18000;

  /** How many nodes may be connected at once, unless told otherwise. */
  public static final int DEFAULT_MAX_STREAMS = 10_000;

  // A minute of reports is kept: at this pace no single one weighs much in it, and a hundred Envoys
  // are ten short messages a second.
  private static final Duration DEFAULT_REPORT_EVERY = Duration.ofSeconds(10);

  public XdsSettings {
    if (host.isBlank()) {
      throw new IllegalArgumentException("xDS host: \"\" (expected: an address to listen on)");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("xDS port: " + port + " (expected: 0 to 65535)");
    }
    if (maxStreams < 1) {
      throw new IllegalArgumentException("xDS streams: " + maxStreams + " (expected: >= 1)");
    }
    if (!reportEvery.isPositive()) {
      throw new IllegalArgumentException("xDS reports: " + reportEvery + " (expected: > 0)");
    }
  }

  /** With the default pace of reports. */
  public XdsSettings(
      String host, int port, int maxStreams, Optional<ServerCredentials> credentials) {
    this(host, port, maxStreams, credentials, DEFAULT_REPORT_EVERY);
  }

  /** Without TLS, with the default limit. */
  public XdsSettings(String host, int port) {
    this(host, port, DEFAULT_MAX_STREAMS, Optional.empty());
  }

  /** Loopback. */
  public static XdsSettings loopback(int port) {
    return new XdsSettings("127.0.0.1", port);
  }

  /** The same for at most that many nodes. */
  public XdsSettings withMaxStreams(int streams) {
    return new XdsSettings(host, port, streams, credentials, reportEvery);
  }

  /** The same over TLS. */
  public XdsSettings withCredentials(ServerCredentials tls) {
    return new XdsSettings(host, port, maxStreams, Optional.of(tls), reportEvery);
  }

  /** The same with reports at this pace. */
  public XdsSettings withReportEvery(Duration interval) {
    return new XdsSettings(host, port, maxStreams, credentials, interval);
  }
}
