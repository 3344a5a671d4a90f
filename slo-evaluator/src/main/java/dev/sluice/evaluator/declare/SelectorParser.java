package dev.sluice.evaluator.declare;

import dev.sluice.evaluator.declare.SeriesSelector.Matcher;
import dev.sluice.evaluator.declare.SeriesSelector.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A recursive-descent parser of PromQL series selectors; one use per text. */
final class SelectorParser {

  private static final String METRIC_NAME = "__name__";

  private final String text;
  private int position;

  SelectorParser(String text, int start) {
    this.text = text;
    this.position = start;
  }

  SeriesSelector selector() {
    skipSpace();
    int start = position;
    Optional<String> metric = Optional.empty();
    if (isNameStart()) {
      metric = Optional.of(name());
    }
    int end = position;
    skipSpace();
    List<Matcher> matchers = new ArrayList<>();
    if (peek() == '{') {
      matchers.addAll(braces());
      end = position;
    } else if (metric.isEmpty()) {
      throw wrong("a metric name or '{'");
    }
    return selector(text.substring(start, end), metric, matchers);
  }

  void expectEnd() {
    skipSpace();
    if (position < text.length()) {
      throw wrong("nothing more");
    }
  }

  private static SeriesSelector selector(
      String source, Optional<String> metric, List<Matcher> matchers) {
    Optional<String> name =
        metric.or(
            () ->
                matchers.stream()
                    .filter(m -> m.label().equals(METRIC_NAME) && m.operator() == Operator.EQUAL)
                    .map(Matcher::value)
                    .findFirst());
    return new SeriesSelector(
        source, name, matchers.stream().filter(m -> !m.label().equals(METRIC_NAME)).toList());
  }

  private List<Matcher> braces() {
    position++;
    List<Matcher> matchers = new ArrayList<>();
    while (true) {
      skipSpace();
      if (peek() == '}') {
        position++;
        return matchers;
      }
      matchers.add(matcher());
      skipSpace();
      if (peek() == ',') {
        position++;
      } else if (peek() != '}') {
        throw wrong("',' or '}'");
      }
    }
  }

  private Matcher matcher() {
    boolean quoted = isQuote();
    String label = quoted ? new QuotedText().read() : labelName();
    skipSpace();
    if (quoted && (peek() == ',' || peek() == '}')) {
      return new Matcher(METRIC_NAME, Operator.EQUAL, label);
    }
    Operator operator = operator();
    skipSpace();
    if (!isQuote()) {
      throw wrong("a quoted value");
    }
    return new Matcher(label, operator, new QuotedText().read());
  }

  private String labelName() {
    if (!isNameStart()) {
      throw wrong("a label name");
    }
    return name();
  }

  private Operator operator() {
    char first = peek();
    char second = position + 1 < text.length() ? text.charAt(position + 1) : '\0';
    position++;
    if (first == '=' && second != '~') {
      return Operator.EQUAL;
    }
    position++;
    if (first == '=') {
      return Operator.MATCH;
    }
    if (first == '!' && second == '=') {
      return Operator.NOT_EQUAL;
    }
    if (first == '!' && second == '~') {
      return Operator.NO_MATCH;
    }
    position -= 2;
    throw wrong("=, !=, =~ or !~");
  }

  private String name() {
    int start = position;
    while (position < text.length() && isNamePart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private boolean isNameStart() {
    char c = peek();
    return isNamePart(c) && !(c >= '0' && c <= '9');
  }

  private static boolean isNamePart(char c) {
    return c == '_'
        || c == ':'
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9');
  }

  private boolean isQuote() {
    char c = peek();
    return c == '"' || c == '\'' || c == '`';
  }

  private char peek() {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  private void skipSpace() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException(
        "selector: \""
            + text
            + "\", at character "
            + (position + 1)
            + " (expected: "
            + expected
            + ")");
  }

  /** A string in quotes, with Go's escapes; between backticks there are none. */
  private final class QuotedText {

    private final StringBuilder value = new StringBuilder();

    String read() {
      char quote = peek();
      position++;
      while (peek() != quote) {
        if (position >= text.length()) {
          throw wrong("a closing " + quote);
        }
        char c = text.charAt(position++);
        if (c == '\\' && quote != '`') {
          escape();
        } else {
          value.append(c);
        }
      }
      position++;
      return value.toString();
    }

    private void escape() {
      char c = peek();
      position++;
      switch (c) {
        case 'a' -> value.append('\u0007');
        case 'b' -> value.append('\b');
        case 'f' -> value.append('\f');
        case 'n' -> value.append('\n');
        case 'r' -> value.append('\r');
        case 't' -> value.append('\t');
        case 'v' -> value.append('\u000b');
        case '\\', '\'', '"' -> value.append(c);
        case 'x' -> number(16, 2);
        case 'u' -> number(16, 4);
        case 'U' -> number(16, 8);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          position--;
          number(8, 3);
        }
        default -> {
          position--;
          throw wrong("an escape like \\n, \\\\ or \\\"");
        }
      }
    }

    private void number(int radix, int digits) {
      int end = position + digits;
      try {
        value.appendCodePoint(
            Integer.parseInt(text, position, Math.min(end, text.length()), radix));
      } catch (IllegalArgumentException notACharacter) {
        throw wrong(digits + " digits that name a character");
      }
      position = end;
    }
  }
}
