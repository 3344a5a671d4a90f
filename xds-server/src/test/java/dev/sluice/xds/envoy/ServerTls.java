package dev.sluice.xds.envoy;

import dev.sluice.lab.CertificateAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The TLS of a server in a test. */
final class ServerTls {

  private static final char[] PASSWORD = "only-for-tests".toCharArray();

  private ServerTls() {}

  static SSLContext of(CertificateAuthority.Issued issued) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, PASSWORD);
      store.setKeyEntry("server", key(issued), PASSWORD, chain(issued));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate[] chain(CertificateAuthority.Issued issued)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(
            new ByteArrayInputStream(issued.chain().getBytes(StandardCharsets.US_ASCII)))
        .toArray(Certificate[]::new);
  }

  private static PrivateKey key(CertificateAuthority.Issued issued)
      throws GeneralSecurityException {
    String base64 = issued.key().replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
    String algorithm = issued.certificate().getPublicKey().getAlgorithm();
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
