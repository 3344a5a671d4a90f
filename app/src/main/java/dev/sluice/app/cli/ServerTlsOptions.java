package dev.sluice.app.cli;

import dev.sluice.app.tls.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that put Envoys and dispatchers behind TLS: all three or none. */
final class ServerTlsOptions {

  @Option(
      names = TlsFiles.CERTIFICATE_OPTION,
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_TLS_CERT}",
      description =
          "our certificate for --xds and --grpc, PEM; read again when it changes, as the next two"
              + " are (default: no TLS)")
  private @Nullable Path certificate;

  @Option(
      names = TlsFiles.KEY_OPTION,
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_TLS_KEY}",
      description = "its key, PEM, unencrypted")
  private @Nullable Path key;

  @Option(
      names = TlsFiles.AUTHORITIES_OPTION,
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_TLS_CLIENT_CA}",
      description =
          "who signs the certificates that clients must show, PEM; an Envoy's names the fleets it"
              + " may have")
  private @Nullable Path clientAuthorities;

  List<String> faults() {
    List<String> faults = new ArrayList<>();
    boolean any = certificate != null || key != null || clientAuthorities != null;
    check(TlsFiles.CERTIFICATE_OPTION, certificate, any, faults);
    check(TlsFiles.KEY_OPTION, key, any, faults);
    check(TlsFiles.AUTHORITIES_OPTION, clientAuthorities, any, faults);
    return faults;
  }

  private static void check(String option, @Nullable Path file, boolean any, List<String> faults) {
    if (any && file == null) {
      faults.add(
          option
              + ": not given (expected: all of --tls-cert, --tls-key and --tls-client-ca, or none)");
    } else if (file != null && !Files.isReadable(file)) {
      faults.add(option + " " + file + ": can't be read (expected: a readable file)");
    }
  }

  /** What was asked for, once it has no faults. */
  Optional<TlsFiles> files() {
    return certificate == null || key == null || clientAuthorities == null
        ? Optional.empty()
        : Optional.of(new TlsFiles(certificate, key, clientAuthorities));
  }
}
