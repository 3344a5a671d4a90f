package dev.sluice.app.pages;

import dev.sluice.app.pages.BearerToken.Shown;
import dev.sluice.app.pages.OverrideMetrics.Outcome;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may override a verdict through the page: whoever is on this machine, which a {@code kubectl
 * port-forward} counts as, and knows the token. Other machines may not, whatever they know: nothing
 * is encrypted between them and the page, so a token would be read on its way.
 *
 * @param tokenFile holds the bearer token; without one nobody may
 */
record OverrideGate(Optional<Path> tokenFile) {

  private static final String OPTION = "--override-token-file";

  /** Why an override isn't taken, in one sentence for who asked. */
  record Refusal(Outcome outcome, String words) {}

  /** Lets a request through, or says why not. */
  Optional<Refusal> check(PageGate.Asker asker) {
    if (tokenFile.isEmpty()) {
      return refuse(
          Outcome.FORBIDDEN,
          "overrides aren't taken here (expected: sluice run "
              + OPTION
              + " FILE, or kubectl annotate)");
    }
    if (!asker.isThisMachine()) {
      return refuse(
          Outcome.FORBIDDEN,
          "overrides aren't taken from other machines, since nothing is encrypted on the way"
              + " (expected: kubectl port-forward)");
    }
    BearerToken token = new BearerToken(OPTION, tokenFile.get());
    Shown shown = token.check(asker.authorization());
    return switch (shown) {
      case OURS -> Optional.empty();
      case NONE, NOT_OURS -> refuse(Outcome.UNAUTHORIZED, token.refusedWords(shown) + ")");
      case UNREADABLE -> refuse(Outcome.NO_TOKEN, token.unreadableWords());
    };
  }

  private static Optional<Refusal> refuse(Outcome outcome, String words) {
    return Optional.of(new Refusal(outcome, words));
  }
}
