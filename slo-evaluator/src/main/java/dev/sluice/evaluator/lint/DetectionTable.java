package dev.sluice.evaluator.lint;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How long an objective's alerts take to find an outage.
 *
 * <p>A tier with factor {@code f} and long window {@code L} becomes active when the errors of the
 * outage fill {@code L} up to {@code f} times the budget, and fires after its {@code for}:
 *
 * <pre>time = L * f * (1 - target) / error rate + for</pre>
 *
 * <p>It never does if {@code f * (1 - target)} isn't below the error rate. The history before the
 * outage is taken as clean and traffic as steady; Prometheus adds up to one scrape and one rule
 * evaluation (30 s in Pyrra's groups). Source: SRE workbook, chapter 5; tiers: {@link
 * BurnRateTier}.
 *
 * @param rows one for each {@link #ERROR_PERCENTS}
 */
public record DetectionTable(ObjectiveRef objective, List<Row> rows) {

  /** The outages of the table: this percentage of requests fails. */
  public static final List<Integer> ERROR_PERCENTS = List.of(100, 50, 10);

  public DetectionTable {
    rows = List.copyOf(rows);
  }

  /**
   * One outage.
   *
   * @param breach the page tier (fast or medium) that fires first; none means never Breached
   * @param risk the other tier (slow or long) that fires first; it makes the service AtRisk
   */
  public record Row(int errorPercent, Optional<Detection> breach, Optional<Detection> risk) {}

  /** A tier fires, this long after the outage began. */
  public record Detection(BurnRateTier tier, Duration after) {}

  /** The table of one objective. */
  public static DetectionTable of(Objective objective) {
    return new DetectionTable(
        objective.ref(),
        ERROR_PERCENTS.stream()
            .map(
                percent ->
                    new Row(
                        percent,
                        first(objective, percent, BurnRateTier::isPage),
                        first(objective, percent, tier -> !tier.isPage())))
            .toList());
  }

  private static Optional<Detection> first(
      Objective objective, int errorPercent, Predicate<BurnRateTier> which) {
    return Arrays.stream(BurnRateTier.values())
        .filter(which)
        .flatMap(tier -> detection(objective, tier, errorPercent).stream())
        .min(Comparator.comparing(Detection::after));
  }

  private static Optional<Detection> detection(
      Objective objective, BurnRateTier tier, int errorPercent) {
    double fill = Reach.threshold(tier, objective) * 100 / errorPercent;
    if (fill >= 1) {
      return Optional.empty();
    }
    BurnRateTier.Windows windows = objective.windows(tier);
    long seconds = Math.round(windows.longWindow().toSeconds() * fill);
    return Optional.of(new Detection(tier, windows.pending().plusSeconds(seconds)));
  }
}
