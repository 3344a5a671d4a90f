package dev.sluice.evaluator.alerts;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of one call to Prometheus.
 *
 * @param <T> what was asked for
 */
sealed interface PrometheusAnswer<T> {

  /**
   * It answered.
   *
   * @param content what the {@code data} of the answer says
   * @param serverTime Prometheus's clock, from the {@code Date} header
   */
  record Data<T>(T content, Optional<Instant> serverTime) implements PrometheusAnswer<T> {}

  /**
   * It didn't, or it refused.
   *
   * @param words one sentence: the address, what went wrong, the way out
   */
  record Refused<T>(String words) implements PrometheusAnswer<T> {}
}
