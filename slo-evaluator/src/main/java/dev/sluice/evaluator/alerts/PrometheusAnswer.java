package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/** What became of one call to Prometheus. */
sealed interface PrometheusAnswer {

  /**
   * It answered.
   *
   * @param content the {@code data} of the answer
   * @param serverTime Prometheus's clock, from the {@code Date} header
   */
  record Data(JsonNode content, Optional<Instant> serverTime) implements PrometheusAnswer {}

  /**
   * It didn't, or it refused.
   *
   * @param words one sentence: the address, what went wrong, the way out
   */
  record Refused(String words) implements PrometheusAnswer {}
}
