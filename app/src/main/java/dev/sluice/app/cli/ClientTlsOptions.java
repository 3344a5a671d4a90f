package dev.sluice.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of whoever connects to a Sluice behind TLS: all three or none. */
final class ClientTlsOptions {

  /**
   * What was asked for.
   *
   * @param authority who signed Sluice's certificate
   */
  record Files(Path certificate, Path key, Path authority) {}

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "the certificate to show to Sluice, PEM (default: no TLS)")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "its key, PKCS#8 as PEM")
  private @Nullable Path key;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "who signed Sluice's certificate, PEM")
  private @Nullable Path authority;

  @Option(
      names = "--server-name",
      paramLabel = "NAME",
      description = "a DNS name in Sluice's certificate (default: the host that is called)")
  private @Nullable String serverName;

  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (certificate == null && key == null && authority == null) {
      if (serverName != null) {
        faults.add("--server-name: without --tls-cert (expected: both)");
      }
      return faults;
    }
    need("--tls-cert", certificate, faults);
    need("--tls-key", key, faults);
    need("--tls-ca", authority, faults);
    return faults;
  }

  private static void need(String option, @Nullable Path file, List<String> faults) {
    if (file == null) {
      faults.add(
          option + ": not given (expected: all of --tls-cert, --tls-key and --tls-ca, or none)");
    }
  }

  /** Empty for no TLS, once there are no faults. */
  Optional<Files> files() {
    return certificate == null || key == null || authority == null
        ? Optional.empty()
        : Optional.of(new Files(certificate, key, authority));
  }

  String serverName(HostPort called) {
    return serverName == null ? called.host() : serverName;
  }
}
