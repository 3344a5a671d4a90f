package dev.sluice.app.pages;

import dev.sluice.app.pages.BearerToken.Shown;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Who may read the pages: this machine, which a {@code kubectl port-forward} counts as, and whoever
 * knows the token. What Kubernetes and Prometheus need is open; every other path, also one that is
 * added later, is not.
 *
 * @param tokenFile holds the bearer token; without one only this machine may read
 */
record PageGate(Optional<Path> tokenFile) {

  private static final String OPTION = "--http-token-file";

  /** Health, readiness and metrics; and pushes, which have a gate of their own. */
  private static final Set<String> OPEN =
      Set.of("/healthz", "/readyz", "/metrics", PushReceiver.PATH);

  /** Why a page isn't shown, in one sentence for who asked. */
  record Refusal(HttpStatus status, String words) {}

  /** Answers in the place of the page unless it may be read. */
  void guard(Context context) {
    String authorization = Optional.ofNullable(context.header("Authorization")).orElse("");
    // The connection's own address: X-Forwarded-For is whatever its sender likes.
    check(context.path(), context.req().getRemoteAddr(), authorization)
        .ifPresent(refusal -> refuse(context, refusal));
  }

  private static void refuse(Context context, Refusal refusal) {
    if (refusal.status() == HttpStatus.UNAUTHORIZED) {
      context.header("WWW-Authenticate", BearerToken.SCHEME);
    }
    context
        .status(refusal.status())
        .contentType("application/json")
        .result(DebugPages.error(refusal.words()) + "\n")
        .skipRemainingHandlers();
  }

  /**
   * Lets a request through, or says why not.
   *
   * @param peer the address it came from, as text
   * @param authorization the header of that name; empty if there is none
   */
  Optional<Refusal> check(String path, String peer, String authorization) {
    if (OPEN.contains(path) || InetAddress.ofLiteral(peer).isLoopbackAddress()) {
      return Optional.empty();
    }
    return tokenFile
        .map(file -> checkToken(new BearerToken(OPTION, file), authorization))
        .orElseGet(
            () ->
                refuse(
                    HttpStatus.FORBIDDEN,
                    path
                        + " isn't shown to other machines without a token (expected: sluice run"
                        + " --http-token-file FILE, or kubectl port-forward)"));
  }

  private static Optional<Refusal> checkToken(BearerToken token, String authorization) {
    Shown shown = token.check(authorization);
    return switch (shown) {
      case OURS -> Optional.empty();
      case NONE, NOT_OURS ->
          refuse(
              HttpStatus.UNAUTHORIZED, token.refusedWords(shown) + "; the commands' --token-file)");
      case UNREADABLE -> refuse(HttpStatus.SERVICE_UNAVAILABLE, token.unreadableWords());
    };
  }

  private static Optional<Refusal> refuse(HttpStatus status, String words) {
    return Optional.of(new Refusal(status, words));
  }
}
