package dev.sluice.app.pages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * A token that whoever asks must show.
 *
 * @param option the command line's option that names the file
 * @param file holds it; read again for each request, so that it can be rotated
 */
record BearerToken(String option, Path file) {

  static final String SCHEME = "Bearer";

  /** What a request showed. */
  enum Shown {
    /** Our token. */
    OURS,
    /** None. */
    NONE,
    /** Another one. */
    NOT_OURS,
    /** Nobody can tell: there is no token of ours to compare with. */
    UNREADABLE
  }

  /**
   * Compares.
   *
   * @param authorization the header of that name; empty if there is none
   */
  Shown check(String authorization) {
    byte[] expected = bytes(read());
    // An empty file would let everyone in.
    if (expected.length == 0) {
      return Shown.UNREADABLE;
    }
    // Takes as long for a wrong first letter as for a wrong last one.
    if (MessageDigest.isEqual(expected, bytes(token(authorization)))) {
      return Shown.OURS;
    }
    return authorization.isEmpty() ? Shown.NONE : Shown.NOT_OURS;
  }

  /** Why nobody is let in, for the log and for whoever asks. */
  String unreadableWords() {
    return option + " " + file + ": can't be read (expected: one line of text)";
  }

  /** {@code Authorization: missing (expected: Bearer and the content of --http-token-file}. */
  String refusedWords(Shown shown) {
    return "Authorization: "
        + (shown == Shown.NONE ? "missing" : "not our token")
        + " (expected: Bearer and the content of "
        + option;
  }

  private String read() {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      return "";
    }
  }

  private static String token(String authorization) {
    // The scheme's letters may be large or small: RFC 9110, 11.1.
    return authorization.regionMatches(true, 0, SCHEME + " ", 0, SCHEME.length() + 1)
        ? authorization.substring(SCHEME.length()).strip()
        : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
