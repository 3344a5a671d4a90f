package dev.sluice.foreman.client;

import java.time.Duration;

/**
 * How a gate behaves while the breach service is away.
 *
 * @param namespace watch only this namespace, and admit as unknown what lies elsewhere; all if
 *     empty
 * @param trustFor for how long the last state is answered from; more than the server's heartbeat
 * @param firstRetry the pause before the first reconnection; doubled by each failure
 * @param lastRetry the most it is doubled to
 */
public record GateConfig(
    String namespace, Duration trustFor, Duration firstRetry, Duration lastRetry) {

  /** All namespaces, 30 s of trust, reconnecting after 0.25 s and at most every 10 s. */
  public static final GateConfig DEFAULT =
      new GateConfig("", Duration.ofSeconds(30), Duration.ofMillis(250), Duration.ofSeconds(10));

  public GateConfig {
    requirePositive("trustFor", trustFor);
    requirePositive("firstRetry", firstRetry);
    if (lastRetry.compareTo(firstRetry) < 0) {
      throw new IllegalArgumentException(
          "lastRetry: " + lastRetry + " (expected: at least firstRetry, " + firstRetry + ")");
    }
  }

  private static void requirePositive(String field, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
    }
  }
}
