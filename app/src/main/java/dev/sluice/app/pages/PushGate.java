package dev.sluice.app.pages;

import dev.sluice.app.pages.PushMetrics.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Who may push: whoever knows the token, or, where none is configured, this machine.
 *
 * @param tokenFile holds the bearer token; read again for each push, so that it can be rotated
 */
record PushGate(Optional<Path> tokenFile) {

  static final String SCHEME = "Bearer";

  /** Why a push isn't taken, in one sentence for who pushed. */
  record Refusal(Outcome outcome, String words) {}

  /**
   * Lets a push through, or says why not.
   *
   * @param peer the address it came from, as text
   * @param authorization the header of that name; empty if there is none
   */
  Optional<Refusal> check(String peer, String authorization) {
    return tokenFile
        .map(file -> checkToken(file, authorization))
        .orElseGet(() -> checkPeer(InetAddress.ofLiteral(peer)));
  }

  private static Optional<Refusal> checkToken(Path file, String authorization) {
    byte[] expected = bytes(read(file));
    // An empty file would let everyone in.
    if (expected.length == 0) {
      return refuse(
          Outcome.NO_TOKEN,
          "--push-token-file " + file + ": can't be read (expected: one line of text)");
    }
    // Takes as long for a wrong first letter as for a wrong last one.
    return MessageDigest.isEqual(expected, bytes(token(authorization)))
        ? Optional.empty()
        : refuse(
            Outcome.UNAUTHORIZED,
            "Authorization: "
                + (authorization.isEmpty() ? "missing" : "not our token")
                + " (expected: Bearer and the content of --push-token-file; in prometheus.yml"
                + " alerting.alertmanagers[].authorization.credentials_file)");
  }

  private static String read(Path file) {
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

  private static Optional<Refusal> checkPeer(InetAddress peer) {
    return peer.isLoopbackAddress()
        ? Optional.empty()
        : refuse(
            Outcome.FORBIDDEN,
            "pushes from "
                + peer.getHostAddress()
                + " aren't taken without a token (expected: sluice run --push-token-file FILE, or a"
                + " Prometheus on this machine)");
  }

  private static Optional<Refusal> refuse(Outcome outcome, String words) {
    return Optional.of(new Refusal(outcome, words));
  }
}
