package dev.sluice.xds.router;

/**
 * LLMKube's model globs as RE2 expressions.
 *
 * <p>The meaning is that of Go's {@code path.Match}: {@code *} and {@code ?} don't match a slash,
 * {@code [a-z]} and {@code [^a-z]} are classes, a backslash takes the next character as it is.
 */
public final class ModelGlob {

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;

  private ModelGlob(String glob) {
    this.glob = glob;
  }

  /**
   * The expression that matches what the glob matches.
   *
   * @throws IllegalArgumentException if the glob is malformed
   */
  public static String regex(String glob) {
    return new ModelGlob(glob).convert();
  }

  /** Whether the glob stands for exactly its own text. */
  public static boolean isLiteral(String glob) {
    return glob.chars().noneMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
  }

  private String convert() {
    while (at < glob.length()) {
      char c = glob.charAt(at++);
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?' -> regex.append("[^/]");
        case '[' -> characterClass();
        case '\\' -> quote(escaped());
        default -> quote(c);
      }
    }
    return regex.toString();
  }

  private void characterClass() {
    regex.append('[');
    if (at < glob.length() && glob.charAt(at) == '^') {
      regex.append('^');
      at++;
    }
    boolean empty = true;
    while (empty || next() != ']') {
      range();
      empty = false;
    }
    at++;
    regex.append(']');
  }

  private void range() {
    char from = member();
    char to = from;
    if (next() == '-') {
      at++;
      to = member();
    }
    quote(from);
    if (to != from) {
      regex.append('-');
      quote(to);
    }
  }

  private char member() {
    char c = next();
    if (c == '-' || c == ']') {
      throw malformed();
    }
    at++;
    return c == '\\' ? escaped() : c;
  }

  private char escaped() {
    char c = next();
    at++;
    return c;
  }

  private char next() {
    if (at >= glob.length()) {
      throw malformed();
    }
    return glob.charAt(at);
  }

  private void quote(char c) {
    if (!Character.isLetterOrDigit(c) && c < 128 && c != '_') {
      regex.append('\\');
    }
    regex.append(c);
  }

  private IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "\"" + glob + "\" (expected: a glob as of Go's path.Match, like qwen* or [a-c]*)");
  }
}
