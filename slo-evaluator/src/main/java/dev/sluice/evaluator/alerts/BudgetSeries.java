package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.declare.SeriesSelector;
import dev.sluice.evaluator.declare.SeriesSelector.Matcher;
import dev.sluice.evaluator.declare.SeriesSelector.Operator;
import dev.sluice.model.Objective;
import dev.sluice.model.PromDuration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The series in which Pyrra's rules keep what an objective counted over its window, and what each
 * of them says.
 *
 * <p>Source: Pyrra {@code slo/rules.go}, {@code IncreaseRules}: {@code METRIC:increaseWINDOW} for
 * counters, without {@code _total}, {@code _count} or {@code _bucket}; of a latency objective the
 * fast ones have an {@code le}; of a ratio the labels that tell errors apart are kept. {@code
 * METRIC:countWINDOW} and {@code METRIC:sumWINDOW} for a {@code bool_gauge}.
 *
 * @param all the name of the series that has all events
 * @param subset the name of the one that has the failed, or the good ones; may be the same
 */
record BudgetSeries(
    Objective objective, String all, String subset, Predicate<Map<String, String>> isError) {

  private static final List<String> SUFFIXES = List.of("_total", "_count", "_bucket");
  private static final String LE = "le";

  /**
   * Says what to ask for.
   *
   * @throws IllegalArgumentException if a selector can't be read, or doesn't say how errors are
   *     told apart; the message says why
   */
  static BudgetSeries of(Objective objective) {
    SeriesSelector total = SeriesSelector.parse(objective.total());
    return switch (objective.indicator()) {
      case UPTIME ->
          new BudgetSeries(
              objective,
              named(total, "count", objective),
              named(total, "sum", objective),
              _ -> false);
      case LATENCY ->
          new BudgetSeries(
              objective,
              increase(total, objective),
              increase(subset(objective), objective),
              _ -> false);
      case ERRORS -> ratio(objective, total, subset(objective));
    };
  }

  private static BudgetSeries ratio(
      Objective objective, SeriesSelector total, SeriesSelector errors) {
    List<Matcher> telling =
        errors.matchers().stream().filter(one -> !total.matchers().contains(one)).toList();
    boolean isSame = total.metric().equals(errors.metric());
    if (isSame && telling.stream().anyMatch(one -> isSummedAway(one, total))) {
      throw new IllegalArgumentException(
          "Pyrra's rules keep no label that tells errors apart: " + errors.text());
    }
    List<Predicate<Map<String, String>>> conditions =
        telling.stream().map(BudgetSeries::condition).toList();
    return new BudgetSeries(
        objective,
        increase(total, objective),
        increase(errors, objective),
        isSame ? labels -> conditions.stream().allMatch(each -> each.test(labels)) : _ -> true);
  }

  // Pyrra keeps labels that errors name and the total doesn't, or names by a pattern or a value.
  private static boolean isSummedAway(Matcher telling, SeriesSelector total) {
    return total.matchers().stream()
        .anyMatch(
            one -> one.label().equals(telling.label()) && one.operator() == Operator.NOT_EQUAL);
  }

  private static Predicate<Map<String, String>> condition(Matcher matcher) {
    Predicate<String> accepts = matcher.accepts();
    return labels -> accepts.test(labels.getOrDefault(matcher.label(), ""));
  }

  private static SeriesSelector subset(Objective objective) {
    return SeriesSelector.parse(objective.subset().orElse(objective.total()));
  }

  private static String increase(SeriesSelector selector, Objective objective) {
    return named(selector, "increase", objective);
  }

  private static String named(SeriesSelector selector, String kind, Objective objective) {
    String name = selector.metric().orElse("");
    if (kind.equals("increase")) {
      for (String suffix : SUFFIXES) {
        name = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
      }
    }
    return name + ":" + kind + PromDuration.format(objective.window());
  }

  /** The names to ask for. */
  Stream<String> names() {
    return Stream.of(all, subset).distinct();
  }

  /** Whether a series has all events of its group. */
  boolean hasAll(String name, Map<String, String> labels) {
    return name.equals(all) && !isFast(labels);
  }

  /** Whether a series has the events of its group that failed, or those that didn't. */
  boolean hasSubset(String name, Map<String, String> labels) {
    return name.equals(subset)
        && switch (objective.indicator()) {
          case UPTIME -> true;
          case LATENCY -> isFast(labels);
          case ERRORS -> isError.test(labels);
        };
  }

  private boolean isFast(Map<String, String> labels) {
    return switch (objective.indicator()) {
      case LATENCY -> !labels.getOrDefault(LE, "").isEmpty();
      case UPTIME, ERRORS -> false;
    };
  }
}
