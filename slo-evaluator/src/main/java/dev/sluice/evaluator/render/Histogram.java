package dev.sluice.evaluator.render;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A classic histogram of times. An objective's threshold must be one of its bounds: between two of
 * them Prometheus has no series.
 *
 * @param metric without {@code _bucket} or {@code _count}
 * @param serviceLabel the label that names the InferenceService; {@code namespace} stands beside it
 * @param unit what its bounds are counted in
 * @param bounds the upper bounds of its buckets, ascending, without infinity
 */
public record Histogram(String metric, String serviceLabel, Unit unit, List<BigDecimal> bounds) {

  public Histogram {
    bounds = List.copyOf(bounds);
  }

  /** What a histogram is counted in. */
  public enum Unit {
    /** Prometheus' own. */
    SECONDS(3),
    /** Envoy's. */
    MILLISECONDS(0);

    private final int millisExponent;

    Unit(int millisExponent) {
      this.millisExponent = millisExponent;
    }
  }

  /** The greatest bound that is not above this, in the histogram's unit. */
  Optional<BigDecimal> boundAtMost(BigDecimal millis) {
    return bounds.stream()
        .filter(bound -> millis(bound).compareTo(millis) <= 0)
        .reduce((_, greater) -> greater);
  }

  /** The least bound that is above this, in the histogram's unit. */
  Optional<BigDecimal> boundAbove(BigDecimal millis) {
    return bounds.stream().filter(bound -> millis(bound).compareTo(millis) > 0).findFirst();
  }

  /** A bound in milliseconds. */
  BigDecimal millis(BigDecimal bound) {
    return bound.scaleByPowerOfTen(unit.millisExponent);
  }

  /** Whether there is a series with this {@code le}, however it is written. */
  public boolean hasBound(BigDecimal bound) {
    return bounds.stream().anyMatch(known -> known.compareTo(bound) == 0);
  }

  /** The bounds beside a threshold, as they are written in {@code le}: {@code 0.4 or 0.6}. */
  public String boundsBeside(BigDecimal threshold) {
    BigDecimal millis = millis(threshold);
    return Stream.of(boundAtMost(millis), boundAbove(millis))
        .flatMap(Optional::stream)
        .map(Histogram::plain)
        .collect(Collectors.joining(" or "));
  }

  /** A number as {@code le} has it: {@code 0.5}, {@code 100}. */
  static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
