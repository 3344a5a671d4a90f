package dev.sluice.app.support;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a text what looks like a secret. The second line of defence: no page shows a secret
 * in the first place.
 */
public final class Redaction {

  private static final String REMOVED = "[removed]";

  /** A name that says that a secret follows, up to where it does. */
  private static final String NAMED =
      "[\\w.-]{0,40}(?:token|passw(?:or)?d|secret|api[-_]?key|signature|credentials?)"
          + "\\\\?\"?\\s*[:=]\\s*";

  /**
   * One kind of secret.
   *
   * @param replacement what is left of it, as {@link java.util.regex.Matcher#replaceAll} takes it
   */
  private record Kind(Pattern pattern, String replacement) {}

  private static final List<Kind> KINDS =
      List.of(
          // Also one that is cut off, and one inside of JSON, where line ends are written \n.
          kind("-----BEGIN [A-Z0-9 ]+-----(?s:.*?)(?:-----END [A-Z0-9 ]+-----|\\z)", REMOVED),
          kind(
              "(?i)(authorization\"?\\s*[:=]\\s*\"?)(?:(?:bearer|basic)\\s+)?[^\\s\",]+",
              "$1" + REMOVED),
          kind("(?i)\\b(bearer|basic)(\\s+)[A-Za-z0-9._~+/=-]{8,}", "$1$2" + REMOVED),
          kind("://[^/\\s@\"]+@", "://" + REMOVED + "@"),
          // In quotes, also in those of JSON within JSON, and then without.
          kind("(?i)(" + NAMED + ")(\\\\?\")[^\"]*?\\2", "$1$2" + REMOVED + "$2"),
          kind("(?i)(" + NAMED + ")[^\\s,;&\"}\\\\]+", "$1" + REMOVED),
          kind("\\beyJ[\\w-]+\\.[\\w-]+\\.[\\w-]*", REMOVED),
          kind("\\b(?:sk-|hf_|ghp_|gho_|xox[abp]-|AKIA)[A-Za-z0-9_-]{12,}", REMOVED));

  private Redaction() {}

  private static Kind kind(String pattern, String replacement) {
    return new Kind(Pattern.compile(pattern), replacement);
  }

  /** The text with {@code [removed]} for PEM blocks, tokens, passwords and keys. */
  public static String of(String text) {
    String redacted = text;
    for (Kind kind : KINDS) {
      redacted = kind.pattern().matcher(redacted).replaceAll(kind.replacement());
    }
    return redacted;
  }
}
