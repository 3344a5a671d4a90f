package dev.sluice.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority for tests, made with the JDK's {@code keytool}: a root in a folder of its
 * own, and the certificates it signs as PEM.
 *
 * <p><em>Thread:</em> one. <em>On failure:</em> {@link IllegalStateException} with what keytool
 * said. <em>On shutdown:</em> nothing to do; the folder stays.
 */
public final class CertificateAuthority {

  private static final String PASSWORD = "only-for-tests";
  private static final String ROOT = "root";

  private final Path store;
  private int issued;

  private CertificateAuthority(Path store) {
    this.store = store;
  }

  /**
   * A certificate with its key.
   *
   * @param chain the certificate, as PEM
   * @param key its private key, PKCS#8 as PEM
   */
  public record Issued(String chain, String key, X509Certificate certificate) {

    /** Writes {@code tls.crt} and {@code tls.key}, named as Kubernetes names them. */
    public Issued writeTo(Path folder) {
      write(folder.resolve("tls.crt"), chain);
      write(folder.resolve("tls.key"), key);
      return this;
    }

    @Override
    public String toString() {
      return certificate.getSubjectX500Principal().toString();
    }
  }

  /** A new root in {@code folder}. */
  public static CertificateAuthority create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CertificateAuthority authority = new CertificateAuthority(folder.resolve("authority.p12"));
    authority.generate(ROOT, List.of("-ext", "bc:critical=ca:true", "-validity", "30"));
    return authority;
  }

  /** Its own certificate, as PEM. */
  public String certificate() {
    return pem("CERTIFICATE", encoded(certificate(ROOT)));
  }

  /** Writes {@link #certificate()} as {@code ca.crt}, named as Kubernetes names it. */
  public CertificateAuthority writeTo(Path folder) {
    write(folder.resolve("ca.crt"), certificate());
    return this;
  }

  /** A certificate for a day, with these alternative names, like {@code dns:localhost}. */
  public Issued issue(String... names) {
    return issue("-0d", names);
  }

  /** One whose day was over yesterday. */
  public Issued expired(String... names) {
    return issue("-2d", names);
  }

  private Issued issue(String start, String... names) {
    String alias = "leaf-" + ++issued;
    List<String> more =
        new ArrayList<>(List.of("-signer", ROOT, "-startdate", start, "-validity", "1"));
    if (names.length > 0) {
      more.addAll(List.of("-ext", "san=" + String.join(",", names)));
    }
    generate(alias, more);
    X509Certificate certificate = certificate(alias);
    return new Issued(
        pem("CERTIFICATE", encoded(certificate)), pem("PRIVATE KEY", key(alias)), certificate);
  }

  private void generate(String alias, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.add("-J-XX:TieredStopAtLevel=1"); // it runs for less than a second
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(more);
    run(command);
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + words);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate certificate(String alias) {
    try {
      Certificate certificate = open().getCertificate(alias);
      return (X509Certificate) certificate;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] key(String alias) {
    try {
      return open().getKey(alias, PASSWORD.toCharArray()).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyStore open() throws GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind,
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content),
            kind);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
