package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.alerts.PrometheusSettings.ClientCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** Makes TLS material of the PEM files that the settings name. */
final class TlsFiles {

  private TlsFiles() {}

  /** Empty if the settings name no file: the system's trust then applies. */
  static Optional<HandshakeCertificates> of(PrometheusSettings settings) {
    if (settings.caFile().isEmpty() && settings.clientCertificate().isEmpty()) {
      return Optional.empty();
    }
    HandshakeCertificates.Builder builder = new HandshakeCertificates.Builder();
    settings
        .caFile()
        .ifPresentOrElse(
            file -> certificates(file).forEach(builder::addTrustedCertificate),
            builder::addPlatformTrustedCertificates);
    settings.clientCertificate().ifPresent(client -> hold(builder, client));
    return Optional.of(builder.build());
  }

  private static void hold(HandshakeCertificates.Builder builder, ClientCertificate client) {
    List<X509Certificate> chain = certificates(client.certificateFile());
    try {
      HeldCertificate held =
          HeldCertificate.decode(
              Certificates.certificatePem(chain.getFirst()) + Files.readString(client.keyFile()));
      builder.heldCertificate(held, chain.subList(1, chain.size()).toArray(X509Certificate[]::new));
    } catch (IOException | IllegalArgumentException unreadable) {
      // Not the exception's own words: they may quote the key.
      throw new IllegalArgumentException(
          "Prometheus client key "
              + client.keyFile()
              + ": can't be used (expected: PEM, PKCS #8, RSA or EC)");
    }
  }

  private static List<X509Certificate> certificates(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new CertificateException("no certificate in it");
      }
      return certificates;
    } catch (IOException | CertificateException unreadable) {
      throw new IllegalArgumentException(
          "Prometheus certificate file " + file + ": can't be read (expected: PEM certificates)",
          unreadable);
    }
  }
}
