package dev.sluice.lab.llm;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/**
 * What one backend counts. Thread-safe. A request is {@code started} once and ends with {@code
 * finished} or {@code aborted}.
 */
interface LlmMetrics {

  void started();

  void firstToken(Duration ttft);

  void finished(Generation generation);

  /** The client went away before the answer was complete. */
  void aborted();

  PrometheusRegistry registry();

  /**
   * One complete answer.
   *
   * @param ttft from the request's arrival to the first token
   * @param total from the request's arrival to the last token
   */
  record Generation(int promptTokens, int outputTokens, Duration ttft, Duration total) {

    /** Time between the first token and the last. */
    Duration decode() {
      return total.minus(ttft);
    }

    /** Mean time per token after the first. */
    Duration perOutputToken() {
      return outputTokens == 1 ? Duration.ZERO : decode().dividedBy(outputTokens - 1);
    }
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
