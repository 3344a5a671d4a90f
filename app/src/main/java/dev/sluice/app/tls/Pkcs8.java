package dev.sluice.app.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * Wraps the older forms of a private key, which cert-manager writes unless told otherwise, in the
 * only one that Java reads: PKCS#8 (RFC 5208) is a version, the key's algorithm and the older form.
 */
final class Pkcs8 {

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xa0;
  private static final byte[] VERSION = bytes("020100");
  // rsaEncryption (RFC 8017, A.1) and its NULL; id-ecPublicKey (RFC 5480, 2.1.1).
  private static final byte[] RSA = bytes("06092a864886f70d0101010500");
  private static final byte[] EC = bytes("06072a8648ce3d0201");

  private Pkcs8() {}

  static byte[] ofRsa(byte[] pkcs1) {
    return wrap(RSA, pkcs1);
  }

  /** Empty unless the key names its curve, as the form allows but doesn't ask for. */
  static Optional<byte[]> ofEc(byte[] sec1) {
    return curve(sec1).map(curve -> wrap(join(EC, curve), sec1));
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, join(join(VERSION, der(SEQUENCE, algorithm)), der(OCTETS, key)));
  }

  /** Of SEQUENCE {version, key, [0] curve, [1] public key} (RFC 5915, 3). */
  private static Optional<byte[]> curve(byte[] sec1) {
    try {
      Part part = Part.at(sec1, Part.at(sec1, 0).start());
      while (part.tag() != PARAMETERS) {
        part = Part.at(sec1, part.end());
      }
      return Optional.of(part.content(sec1));
    } catch (IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  private record Part(int tag, int start, int end) {

    static Part at(byte[] der, int at) {
      int length = der[at + 1] & 0xff;
      int start = at + 2;
      if (length > 0x7f) {
        int digits = length & 0x7f;
        length = 0;
        for (int i = 0; i < digits; i++) {
          length = (length << 8) | (der[start++] & 0xff);
        }
      }
      int checked = Objects.checkFromIndexSize(start, length, der.length);
      return new Part(der[at] & 0xff, checked, checked + length);
    }

    byte[] content(byte[] der) {
      return Arrays.copyOfRange(der, start, end);
    }
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length <= 0x7f) {
      out.write(content.length);
    } else {
      // Two bytes of length hold any key: RSA's of 16384 bits has 9 kB.
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[] one, byte[] two) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(one);
    out.writeBytes(two);
    return out.toByteArray();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
