package dev.sluice.evaluator.alerts;

import java.util.OptionalDouble;

/** Numbers as Prometheus writes them, in texts. */
final class PrometheusNumber {

  private PrometheusNumber() {}

  /** The number; empty if it isn't a finite one: NaN is 0/0, no traffic. */
  static OptionalDouble finite(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException infinite) {
      return OptionalDouble.empty(); // Prometheus writes +Inf, which Java doesn't read
    }
  }
}
