package dev.sluice.model;

/**
 * The fraction of its declared traffic that a backend or replica keeps, in (0, 1].
 *
 * <p>Never zero: a drained backend produces no samples, so nothing could prove its recovery, and
 * Envoy rejects an endpoint weight of 0 ({@code endpoint_components.proto}: {@code gte: 1}).
 */
public record Share(double value) implements Comparable<Share> {

  /** All of the declared traffic. */
  public static final Share FULL = new Share(1);

  public Share {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("share: " + value + " (expected: > 0 and <= 1)");
    }
  }

  /** The smaller of the two. */
  public Share min(Share other) {
    return value <= other.value ? this : other;
  }

  /** The larger of the two. */
  public Share max(Share other) {
    return value >= other.value ? this : other;
  }

  @Override
  public int compareTo(Share other) {
    return Double.compare(value, other.value);
  }

  /** As a percentage, {@code 25%}. */
  @Override
  public String toString() {
    double percent = value * 100;
    return percent == Math.rint(percent)
        ? (long) percent + "%"
        : Math.round(percent * 10) / 10.0 + "%";
  }
}
