package dev.sluice.lab.kube;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The files by which an API server knows its user, and the user the API server.
 *
 * @param folder where they are
 * @param port of the API server
 * @param token the user's
 */
record KubeAccess(Path folder, int port, String token) {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int KEY_BITS = 2048;

  /** Writes the files that the API server needs to start. */
  static KubeAccess create(Path folder, int port, String token) {
    KubeAccess access = new KubeAccess(folder, port, token);
    write(access.tokens(), token + ",lab,lab-uid,\"system:masters\"\n");
    write(access.signingKey(), newSigningKey());
    return access;
  }

  Path tokens() {
    return folder.resolve("tokens.csv");
  }

  /** Signs service account tokens: required to start, used by nobody here. */
  Path signingKey() {
    return folder.resolve("signing.key");
  }

  /** Where the API server keeps the certificate it makes for itself. */
  Path certificates() {
    return folder.resolve("certificates");
  }

  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  private URI base() {
    return URI.create("https://127.0.0.1:" + port);
  }

  private byte[] authority() throws IOException {
    return Files.readAllBytes(certificates().resolve("apiserver.crt"));
  }

  /** Whether {@code /readyz} says 200; anything else, a refused connection too, is a plain no. */
  boolean answersReady() {
    HttpRequest request =
        HttpRequest.newBuilder(base().resolve("/readyz"))
            .header("Authorization", "Bearer " + token)
            .timeout(TIMEOUT)
            .build();
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust(authority())).build()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException | GeneralSecurityException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static SSLContext trust(byte[] pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int index = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      store.setCertificateEntry("lab-" + index++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  void writeKubeconfig() {
    try {
      write(
          kubeconfig(),
          """
          apiVersion: v1
          kind: Config
          current-context: lab
          clusters:
          - name: lab
            cluster: {server: "%s", certificate-authority-data: %s}
          users:
          - name: lab
            user: {token: "%s"}
          contexts:
          - name: lab
            context: {cluster: lab, user: lab}
          """
              .formatted(base(), Base64.getEncoder().encodeToString(authority()), token));
    } catch (IOException e) {
      throw new UncheckedIOException("%s: can't be read".formatted(certificates()), e);
    }
  }

  private static String newSigningKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      String body =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(key);
      return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK makes no RSA keys", e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: can't be written".formatted(file), e);
    }
  }
}
