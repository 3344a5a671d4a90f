package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.declare.SeriesSelector;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.PromDuration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks for burn rates and sample counts of many objectives with one query: each part is marked by a
 * label, and the parts are joined by {@code or}.
 *
 * <ul>
 *   <li>burn rate: the series that the fast rule's own expression starts with, so that it is what
 *       the alert sees, whatever Pyrra calls it;
 *   <li>samples: the increase of the total over the fast tier's short window; for a {@code
 *       bool_gauge} the number of scrapes. Counted at the moment of the rule's last evaluation:
 *       requests that the alert hasn't seen yet prove nothing.
 * </ul>
 */
final class MeasurementQuery {

  /** The label that marks a part. Its value is one of the two kinds, a space, the objective. */
  static final String MARK = "sluice_part";

  static final String BURN_RATE = "burnrate";
  static final String SAMPLES = "samples";

  private MeasurementQuery() {}

  static String of(List<RuleReading.Usable> asked) {
    return asked.stream().flatMap(MeasurementQuery::parts).collect(Collectors.joining(" or "));
  }

  private static Stream<String> parts(RuleReading.Usable reading) {
    Objective objective = reading.objective();
    return Stream.concat(
        RuleBook.leadingSelector(reading.fast()).stream()
            .map(series -> marked(series.text(), BURN_RATE, objective)),
        Stream.of(marked(countOfSamples(objective, evaluation(reading)), SAMPLES, objective)));
  }

  private static String marked(String expression, String kind, Objective objective) {
    return "label_replace(%s, \"%s\", \"%s %s\", \"\", \"\")"
        .formatted(expression, MARK, kind, objective.ref());
  }

  /** When the fast rule was evaluated, as PromQL's {@code @} modifier wants it. */
  private static String evaluation(RuleReading.Usable reading) {
    long millis = reading.fast().evaluatedAt().map(Instant::toEpochMilli).orElse(0L);
    return " @ %d.%03d".formatted(millis / 1000, millis % 1000);
  }

  private static String countOfSamples(Objective objective, String evaluation) {
    String window = PromDuration.format(objective.windows(BurnRateTier.FAST).shortWindow());
    String range = objective.total().strip() + "[" + window + "]" + evaluation;
    String sum = Replicas.label(objective).map(label -> "sum by (" + label + ") ").orElse("sum");
    if (objective.indicator() == Indicator.UPTIME) {
      return sum + "(count_over_time(" + range + "))";
    }
    String increase = sum + "(increase(" + range + "))";
    return isNativeHistogram(objective) ? "histogram_count(" + increase + ")" : increase;
  }

  // Pyrra wants the total of a classic latency indicator to be a histogram's _count.
  private static boolean isNativeHistogram(Objective objective) {
    return objective.indicator() == Indicator.LATENCY
        && SeriesSelector.parse(objective.total())
            .metric()
            .filter(name -> !name.endsWith("_count"))
            .isPresent();
  }
}
