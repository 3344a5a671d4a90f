package dev.sluice.app.pages;

import dev.sluice.app.pages.BearerToken.Shown;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Who may read the pages: this machine, which a {@code kubectl port-forward} counts as, by an
 * address or as localhost, and whoever knows the token. What Kubernetes and Prometheus need is
 * open; every other path, also one that is added later, is not.
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

  /**
   * Who asks.
   *
   * @param peer the address that the connection comes from, as text
   * @param host the header of that name: whom a browser believes to ask; empty if there is none
   * @param authorization the header of that name; empty if there is none
   */
  record Asker(String peer, String host, String authorization) {

    static Asker of(Context context) {
      return new Asker(
          // The connection's own address: X-Forwarded-For is whatever its sender likes.
          context.req().getRemoteAddr(), header(context, "Host"), header(context, "Authorization"));
    }

    private static String header(Context context, String name) {
      return Optional.ofNullable(context.header(name)).orElse("");
    }

    boolean isThisMachine() {
      return InetAddress.ofLiteral(peer).isLoopbackAddress();
    }

    /** Not so for a page of somebody else whose name was made to lead here (DNS rebinding). */
    boolean meansThisMachine() {
      String name = host.replaceFirst(":\\d+$", "");
      return name.isEmpty() || name.equalsIgnoreCase("localhost") || isAddress(name);
    }

    private static boolean isAddress(String name) {
      try {
        InetAddress.ofLiteral(name);
        return true;
      } catch (IllegalArgumentException _) {
        return false;
      }
    }
  }

  /** Answers in the place of the page unless it may be read. */
  void guard(Context context) {
    check(context.path(), Asker.of(context)).ifPresent(refusal -> refuse(context, refusal));
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

  /** Lets a request through, or says why not. */
  Optional<Refusal> check(String path, Asker asker) {
    if (OPEN.contains(path) || (asker.isThisMachine() && asker.meansThisMachine())) {
      return Optional.empty();
    }
    return tokenFile
        .filter(_ -> !asker.isThisMachine() || !asker.authorization().isEmpty())
        .map(file -> checkToken(new BearerToken(OPTION, file), asker.authorization()))
        .orElseGet(() -> refuse(HttpStatus.FORBIDDEN, words(path, asker)));
  }

  private static String words(String path, Asker asker) {
    return asker.isThisMachine()
        ? "Host: \"%s\" (expected: localhost, or an address like 127.0.0.1; any other name needs a token)"
            .formatted(asker.host())
        : path
            + " isn't shown to other machines without a token (expected: sluice run"
            + " --http-token-file FILE, or kubectl port-forward)";
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
