package dev.sluice.evaluator.declare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A PromQL series selector: {@code up{namespace="ml",service=~"chat.*"}}.
 *
 * <p>Source of the syntax: Prometheus documentation, "Querying basics": metric name before the
 * braces, as {@code __name__}, or quoted within them; strings in double quotes, single quotes or
 * backticks.
 *
 * @param text the selector as it was written
 * @param metric the name of the metric, if it is pinned to one
 * @param matchers the conditions on labels, in order, without the metric's name
 */
public record SeriesSelector(String text, Optional<String> metric, List<Matcher> matchers) {

  public SeriesSelector {
    matchers = List.copyOf(matchers);
  }

  /** One condition on a label. */
  public record Matcher(String label, Operator operator, String value) {

    /**
     * Which values it accepts; a label that is missing has the empty one.
     *
     * @throws IllegalArgumentException if it is a pattern that Java doesn't read as Prometheus does
     */
    public Predicate<String> accepts() {
      return switch (operator) {
        case EQUAL -> value::equals;
        case NOT_EQUAL -> Predicate.not(value::equals);
        case MATCH -> Pattern.compile(value, Pattern.DOTALL).asMatchPredicate();
        case NO_MATCH -> Predicate.not(Pattern.compile(value, Pattern.DOTALL).asMatchPredicate());
      };
    }
  }

  /** How a label is compared. */
  public enum Operator {
    /** {@code =}. */
    EQUAL,
    /** {@code !=}. */
    NOT_EQUAL,
    /** {@code =~}, anchored at both ends. */
    MATCH,
    /** {@code !~}. */
    NO_MATCH
  }

  /**
   * Reads a text that is a selector and nothing else.
   *
   * @throws IllegalArgumentException if it is not; the message says where it goes wrong
   */
  public static SeriesSelector parse(String text) {
    SelectorParser parser = new SelectorParser(text, 0);
    SeriesSelector selector = parser.selector();
    parser.expectEnd();
    return selector;
  }

  /**
   * Reads the selector that an expression starts with, as Pyrra's alerts do: {@code
   * up:burnrate5m{slo="chat"} > (14 * (1-0.99)) and ...}. Opening parentheses before it are
   * skipped.
   *
   * @throws IllegalArgumentException if it starts with something else
   */
  public static SeriesSelector leading(String expression) {
    int start = 0;
    while (start < expression.length() && " \t\r\n(".indexOf(expression.charAt(start)) >= 0) {
      start++;
    }
    return new SelectorParser(expression, start).selector();
  }

  /** The labels whose value is pinned by {@code =}. */
  public Map<String, String> pinned() {
    return matchers.stream()
        .filter(matcher -> matcher.operator() == Operator.EQUAL)
        .collect(Collectors.toMap(Matcher::label, Matcher::value, (first, _) -> first));
  }
}
