package dev.sluice.app.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who a server is: its certificate and the key that fits it.
 *
 * @param chain the certificate, then those up to its authority
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {

  private static final byte[] PROBE = {'f', 'i', 't', 's'};

  public Identity {
    chain = List.copyOf(chain);
  }

  /** Reads the files, and checks that the key fits the certificate and that it is valid now. */
  static Identity read(IdentityFiles files, Instant now) throws TlsFault {
    List<X509Certificate> chain = certificates(files.certificateOption(), files.certificate());
    Identity identity = new Identity(chain, key(files));
    identity.checkValidity(files, now);
    identity.checkKey(files);
    return identity;
  }

  /** The one that is shown. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** When it expires. */
  public Instant expiry() {
    return certificate().getNotAfter().toInstant();
  }

  private void checkValidity(IdentityFiles files, Instant now) throws TlsFault {
    Instant start = certificate().getNotBefore().toInstant();
    if (now.isBefore(start) || now.isAfter(expiry())) {
      throw fault(
          files.certificateOption(),
          files.certificate(),
          "valid from " + start + " to " + expiry() + " (expected: valid now, " + now + ")");
    }
  }

  private void checkKey(IdentityFiles files) throws TlsFault {
    if (!isWhole()) {
      throw fault(
          files.keyOption(),
          files.key(),
          "not the key of " + files.certificate() + " (expected: the key it was issued for)");
    }
  }

  /** Whether the key is the certificate's. */
  boolean isWhole() {
    return fits(key, certificate().getPublicKey());
  }

  private static boolean fits(PrivateKey key, PublicKey certified) {
    Optional<String> algorithm = signature(key.getAlgorithm());
    if (algorithm.isEmpty()) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(algorithm.get());
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static Optional<String> signature(String keyAlgorithm) {
    return switch (keyAlgorithm) {
      case "EC" -> Optional.of("SHA256withECDSA");
      case "RSA" -> Optional.of("SHA256withRSA");
      case "EdDSA" -> Optional.of("EdDSA");
      default -> Optional.empty();
    };
  }

  /** Every certificate of a file, at least one. */
  static List<X509Certificate> certificates(String option, Path file) throws TlsFault {
    String text = text(option, file);
    try {
      List<X509Certificate> certificates = Pem.certificates(text);
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (GeneralSecurityException _) {
      // said below
    }
    throw fault(
        option,
        file,
        "no certificate (expected: PEM that begins with -----BEGIN CERTIFICATE-----)");
  }

  /** Without a cause: what a parser says of a key may have parts of it. */
  private static PrivateKey key(IdentityFiles files) throws TlsFault {
    String text = text(files.keyOption(), files.key());
    try {
      Optional<PrivateKey> key = Pem.privateKey(text);
      if (key.isPresent()) {
        return key.get();
      }
    } catch (GeneralSecurityException _) {
      // said below
    }
    throw fault(
        files.keyOption(),
        files.key(),
        "no key that can be read (expected: an EC, RSA or Ed25519 key as PEM, unencrypted)");
  }

  private static String text(String option, Path file) throws TlsFault {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      throw fault(option, file, "can't be read (expected: a readable file)");
    }
  }

  private static TlsFault fault(String option, Path file, String words) {
    return new TlsFault(option + " " + file + ": " + words);
  }

  @Override
  public String toString() {
    return certificate().getSubjectX500Principal() + " until " + expiry();
  }
}
