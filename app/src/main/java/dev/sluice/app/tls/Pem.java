package dev.sluice.app.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes PEM (RFC 7468): what is not in a block is a comment. */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final String SEC1 = "EC PRIVATE KEY";
  private static final int LINE = 64;
  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "EdDSA");

  private Pem() {}

  /** Every certificate, in order. */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals(CERTIFICATE)) {
        byte[] content = decoded(blocks.group(2));
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content)));
      }
    }
    return certificates;
  }

  /** The first key in PKCS#8, PKCS#1 or SEC 1 form, if it is of a kind we know. */
  static Optional<PrivateKey> privateKey(String text) throws GeneralSecurityException {
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      byte[] content = decoded(blocks.group(2));
      Optional<byte[]> pkcs8 =
          switch (blocks.group(1)) {
            case PKCS8 -> Optional.of(content);
            case PKCS1 -> Optional.of(Pkcs8.ofRsa(content));
            case SEC1 -> Pkcs8.ofEc(content);
            // A certificate, or the parameters that openssl writes before an EC key.
            default -> Optional.empty();
          };
      if (pkcs8.isPresent()) {
        return key(pkcs8.get());
      }
    }
    return Optional.empty();
  }

  /** These certificates, one after the other. */
  static String text(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      try {
        text.append(block(CERTIFICATE, certificate.getEncoded()));
      } catch (CertificateEncodingException impossible) {
        throw new IllegalStateException("a certificate without its bytes", impossible);
      }
    }
    return text.toString();
  }

  /** This key in PKCS#8 form. */
  static String text(PrivateKey key) {
    return block(PKCS8, key.getEncoded());
  }

  private static String block(String kind, byte[] content) {
    byte[] lineEnd = {'\n'};
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(LINE, lineEnd).encodeToString(content), kind);
  }

  private static Optional<PrivateKey> key(byte[] content) throws GeneralSecurityException {
    for (String kind : KEY_KINDS) {
      try {
        return Optional.of(
            KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(content)));
      } catch (InvalidKeySpecException _) {
        // of another kind
      }
    }
    return Optional.empty();
  }

  private static byte[] decoded(String base64) throws CertificateException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new CertificateException("not base64");
    }
  }
}
