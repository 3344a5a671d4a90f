package dev.sluice.app.loop;

/** Sentences as values of {@code key="value"} lines. */
public final class LogWords {

  private LogWords() {}

  /** The sentence in double quotes, on one line and without double quotes of its own. */
  public static String quote(String sentence) {
    return '"' + sentence.replace('"', '\'').replaceAll("\\s*\\R\\s*", " ") + '"';
  }
}
