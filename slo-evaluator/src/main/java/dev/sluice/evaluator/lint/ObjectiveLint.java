package dev.sluice.evaluator.lint;

import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.declare.SeriesSelector;
import dev.sluice.evaluator.lint.LintFinding.Severity;
import dev.sluice.evaluator.render.Histogram;
import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks one objective: can its alerts fire, and is there a series behind its threshold? */
final class ObjectiveLint {

  private static final int PERCENT_DECIMALS = 3;

  private ObjectiveLint() {}

  /**
   * The tiers that can never fire at the objective's target.
   *
   * @param object who set the target, in which {@code field}
   */
  static Optional<LintFinding> tiers(String object, String field, Objective objective) {
    List<BurnRateTier> mute =
        Arrays.stream(BurnRateTier.values())
            .filter(tier -> !Reach.canFire(tier, objective))
            .toList();
    if (mute.isEmpty()) {
      return Optional.empty();
    }
    boolean neverBreached = mute.contains(BurnRateTier.FAST) && mute.contains(BurnRateTier.MEDIUM);
    String tiers =
        mute.stream().map(tier -> threshold(tier, objective)).collect(Collectors.joining(", "));
    BigDecimal limit = percent(1.0 / mute.getFirst().factor(), RoundingMode.DOWN);
    String words =
        "a budget of %s%% means that these can never fire: %s%s (expected: a target above %s)"
            .formatted(
                percent(objective.budget(), RoundingMode.HALF_UP).toPlainString(),
                tiers,
                neverBreached ? "; so it is never Breached" : "",
                BigDecimal.valueOf(100).subtract(limit).toPlainString() + "%");
    return Optional.of(
        new LintFinding(neverBreached ? Severity.ERROR : Severity.WARNING, object, field, words));
  }

  private static String threshold(BurnRateTier tier, Objective objective) {
    return "%s (above %s%% errors)"
        .formatted(
            tier.name().toLowerCase(Locale.ROOT),
            percent(Reach.threshold(tier, objective), RoundingMode.HALF_UP).toPlainString());
  }

  private static BigDecimal percent(double ratio, RoundingMode rounding) {
    return BigDecimal.valueOf(ratio)
        .movePointRight(2)
        .setScale(PERCENT_DECIMALS, rounding)
        .stripTrailingZeros();
  }

  /** Whether the series that the objective counts is one that the service's runtime exports. */
  static Optional<LintFinding> exporter(PyrraSlo slo, ServingRuntime runtime) {
    Optional<String> metric = selector(slo.indicator().total()).flatMap(SeriesSelector::metric);
    return metric
        .flatMap(SeriesCatalog::exporter)
        .filter(exporter -> exporter != runtime)
        .map(
            exporter ->
                error(
                    slo,
                    "spec.indicator." + slo.indicator().totalField(),
                    "\"%s\" comes from %s, and the service runs %s (expected: a series of %s or of"
                            .formatted(
                                metric.orElse(""), exporter.word(), runtime.word(), runtime.word())
                        + " Envoy)"));
  }

  /** Whether the threshold of a latency objective is a bucket, where the buckets are known. */
  static Optional<LintFinding> threshold(PyrraSlo slo, SeriesCatalog catalog) {
    return slo.indicator() instanceof PyrraIndicator.Latency latency
        ? threshold(latency.success(), catalog)
            .map(words -> error(slo, "spec.indicator.latency.success.metric", words))
        : Optional.empty();
  }

  private static Optional<String> threshold(String success, SeriesCatalog catalog) {
    Optional<SeriesSelector> selector = selector(success);
    Optional<Histogram> histogram =
        selector.flatMap(SeriesSelector::metric).flatMap(catalog::ofBucket);
    if (selector.isEmpty() || histogram.isEmpty()) {
      return Optional.empty();
    }
    Optional<SeriesSelector.Matcher> le =
        selector.get().matchers().stream()
            .filter(matcher -> matcher.label().equals("le"))
            .findFirst();
    if (le.isEmpty()) {
      return Optional.of("no le (expected: le=\"BUCKET\", the threshold)");
    }
    // A pattern may match a bucket in several spellings; that is its author's affair.
    return le.get().operator() == SeriesSelector.Operator.EQUAL
        ? offBucket(le.get().value(), histogram.get())
        : Optional.empty();
  }

  private static Optional<String> offBucket(String le, Histogram histogram) {
    try {
      BigDecimal bound = new BigDecimal(le);
      return histogram.hasBound(bound)
          ? Optional.empty()
          : Optional.of(
              "le=\"%s\" is no bucket of %s, so nothing is counted (expected: %s)"
                  .formatted(le, histogram.metric(), histogram.boundsBeside(bound)));
    } catch (NumberFormatException _) {
      return Optional.of("le=\"" + le + "\" (expected: a number, like 0.5)");
    }
  }

  private static Optional<SeriesSelector> selector(String text) {
    try {
      return Optional.of(SeriesSelector.parse(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // Of a total selector the resolver says so.
    }
  }

  private static LintFinding error(PyrraSlo slo, String field, String words) {
    return new LintFinding(Severity.ERROR, SloLint.object(slo), field, words);
  }
}
