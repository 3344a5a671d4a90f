package dev.sluice.app.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With keys made on the spot, and by hand brought into the forms that openssl and Go write. */
class PemTest {

  // In front of the older form in PKCS#8 of an RSA key of 2048 bits.
  private static final int RSA_HEADER = 26;

  private static PrivateKey rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair().getPrivate();
  }

  private static ECPrivateKey ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return (ECPrivateKey) generator.generateKeyPair().getPrivate();
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind);
  }

  private static byte[] sec1(ECPrivateKey key, String parameters) {
    String number = "%064x".formatted(key.getS());
    String content = "0201010420" + number + parameters;
    return HexFormat.of().parseHex("30%02x".formatted(content.length() / 2) + content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void keysInPkcs8AreRead(String kind) throws GeneralSecurityException {
    PrivateKey key = KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate();

    assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).contains(key);
  }

  @Test
  void rsaKeyInPkcs1IsRead() throws GeneralSecurityException {
    PrivateKey key = rsa();
    byte[] all = key.getEncoded();
    byte[] older = Arrays.copyOfRange(all, RSA_HEADER, all.length);

    assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", older))).contains(key);
  }

  @Test
  void ecKeyInSec1IsReadAlsoBehindItsParameters() throws GeneralSecurityException {
    ECPrivateKey key = ec();
    String curve = "06082a8648ce3d030107";
    String before = pem("EC PARAMETERS", HexFormat.of().parseHex(curve));

    PrivateKey read =
        Pem.privateKey(before + pem("EC PRIVATE KEY", sec1(key, "a00a" + curve))).orElseThrow();

    assertThat(((ECPrivateKey) read).getS()).isEqualTo(key.getS());
    assertThat(((ECPrivateKey) read).getParams()).isEqualTo(key.getParams());
  }

  @Test
  void ecKeyThatDoesNotNameItsCurveIsNone() throws GeneralSecurityException {
    assertThat(Pem.privateKey(pem("EC PRIVATE KEY", sec1(ec(), "")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"})
  void garbageIsNone(String kind) throws GeneralSecurityException {
    byte[] garbage = {0x30, (byte) 0x84, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x02};

    assertThat(Pem.privateKey(pem(kind, garbage))).isEmpty();
  }

  @Test
  void encryptedKeyIsNone() throws GeneralSecurityException {
    assertThat(Pem.privateKey(pem("ENCRYPTED PRIVATE KEY", rsa().getEncoded()))).isEmpty();
  }
}
