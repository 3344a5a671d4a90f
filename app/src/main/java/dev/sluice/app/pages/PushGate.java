package dev.sluice.app.pages;

import dev.sluice.app.pages.BearerToken.Shown;
import dev.sluice.app.pages.PushMetrics.Outcome;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may push: whoever knows the token, or, where none is configured, this machine.
 *
 * @param tokenFile holds the bearer token; read again for each push, so that it can be rotated
 */
record PushGate(Optional<Path> tokenFile) {

  private static final String OPTION = "--push-token-file";

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
        .map(file -> checkToken(new BearerToken(OPTION, file), authorization))
        .orElseGet(() -> checkPeer(InetAddress.ofLiteral(peer)));
  }

  private static Optional<Refusal> checkToken(BearerToken token, String authorization) {
    Shown shown = token.check(authorization);
    return switch (shown) {
      case OURS -> Optional.empty();
      case NONE, NOT_OURS ->
          refuse(
              Outcome.UNAUTHORIZED,
              token.refusedWords(shown)
                  + "; in prometheus.yml"
                  + " alerting.alertmanagers[].authorization.credentials_file)");
      case UNREADABLE -> refuse(Outcome.NO_TOKEN, token.unreadableWords());
    };
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
