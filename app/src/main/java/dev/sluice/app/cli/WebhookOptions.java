package dev.sluice.app.cli;

import dev.sluice.app.tls.IdentityFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the admission webhook. */
final class WebhookOptions {

  private static final String ADDRESS = "--webhook";
  private static final String CERTIFICATE = "--webhook-cert";
  private static final String KEY = "--webhook-key";

  @Option(
      names = ADDRESS,
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_WEBHOOK}",
      description =
          "where the API server asks before Foreman dispatches, HTTPS (default: nowhere; see"
              + " webhook-configuration)")
  private @Nullable HostPort address;

  @Option(
      names = CERTIFICATE,
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_WEBHOOK_CERT}",
      description =
          "its certificate, PEM; read again when it changes, as its key is (default: Sluice issues"
              + " one and renews it)")
  private @Nullable Path certificate;

  @Option(
      names = KEY,
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_WEBHOOK_KEY}",
      description = "its key, PEM, unencrypted")
  private @Nullable Path key;

  List<String> faults(boolean hasCluster) {
    List<String> faults = new ArrayList<>();
    if (address != null && !hasCluster) {
      faults.add(ADDRESS + ": a folder has no Foreman (expected: --kubernetes too)");
    }
    if (address == null && (certificate != null || key != null)) {
      faults.add(ADDRESS + ": not given (expected: HOST:PORT, or no certificate for it)");
    }
    check(CERTIFICATE, certificate, key, faults);
    check(KEY, key, certificate, faults);
    return faults;
  }

  private static void check(
      String option, @Nullable Path file, @Nullable Path other, List<String> faults) {
    if (file == null && other != null) {
      faults.add(
          option + ": not given (expected: both of " + CERTIFICATE + " and " + KEY + ", or none)");
    } else if (file != null && !Files.isReadable(file)) {
      faults.add(option + " " + file + ": can't be read (expected: a readable file)");
    }
  }

  /** What was asked for, once it has no faults. */
  Optional<WebhookSettings> settings() {
    Optional<IdentityFiles> files =
        certificate == null || key == null
            ? Optional.empty()
            : Optional.of(new IdentityFiles(CERTIFICATE, certificate, KEY, key));
    return Optional.ofNullable(address).map(at -> new WebhookSettings(at, files));
  }
}
