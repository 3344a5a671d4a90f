package dev.sluice.xds.serving;

/**
 * Where the xDS server listens.
 *
 * @param host the address to bind; loopback unless the operator says otherwise, since nothing is
 *     encrypted or authenticated yet
 * @param port 0 for any free one
 */
public record XdsSettings(String host, int port) {

  /** The default port of ADS in this project's bootstraps. */
  public static final int DEFAULT_PORT = 18000;

  public XdsSettings {
    if (host.isBlank()) {
      throw new IllegalArgumentException("xDS host: \"\" (expected: an address to listen on)");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("xDS port: " + port + " (expected: 0 to 65535)");
    }
  }

  /** Loopback. */
  public static XdsSettings loopback(int port) {
    return new XdsSettings("127.0.0.1", port);
  }
}
