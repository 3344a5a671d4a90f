package dev.sluice.app.logs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code key=value} pairs of our log lines. */
final class LogFields {

  private static final Pattern PAIR =
      Pattern.compile("([A-Za-z][\\w.\\[\\]:-]*)=(\"[^\"]*\"|\\S*)(?:\\s+|$)");

  private LogFields() {}

  /** The pairs in their order; none if the line isn't made of pairs from end to end. */
  static Map<String, String> of(String line) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher = PAIR.matcher(line);
    int end = 0;
    while (end < line.length() && matcher.find(end) && matcher.start() == end) {
      String value = matcher.group(2);
      boolean isQuoted = value.length() > 1 && value.startsWith("\"");
      fields.put(matcher.group(1), isQuoted ? value.substring(1, value.length() - 1) : value);
      end = matcher.end();
    }
    return end == line.length() ? fields : Map.of();
  }
}
