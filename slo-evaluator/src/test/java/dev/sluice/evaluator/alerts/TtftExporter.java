package dev.sluice.evaluator.alerts;

import dev.sluice.lab.MetricsPage;

/**
 * A metrics page of one replica that serves 20 requests a second, whose first tokens come late or
 * in time as the test says.
 */
final class TtftExporter implements AutoCloseable {

  private static final double REQUESTS_PER_SECOND = 20;

  private final MetricsPage page;
  private final String twoSeconds;
  private long advancedAt = System.nanoTime();
  private double inTime;
  private double all;
  private boolean isSlow;

  /**
   * Serves the page.
   *
   * @param twoSeconds how this client library writes the bound of 2 s: {@code 2} or {@code 2.0}
   */
  TtftExporter(String twoSeconds) {
    this.twoSeconds = twoSeconds;
    page = MetricsPage.serve(this::text);
  }

  String hostPort() {
    return page.hostPort();
  }

  /** From now on every first token comes late. */
  synchronized void slow() {
    advance();
    isSlow = true;
  }

  /** From now on every first token comes in time. */
  synchronized void heal() {
    advance();
    isSlow = false;
  }

  private synchronized String text() {
    advance();
    return """
    # TYPE vllm:time_to_first_token_seconds histogram
    vllm:time_to_first_token_seconds_bucket{le="0.5"} %1$d
    vllm:time_to_first_token_seconds_bucket{le="%3$s"} %1$d
    vllm:time_to_first_token_seconds_bucket{le="+Inf"} %2$d
    vllm:time_to_first_token_seconds_count %2$d
    vllm:time_to_first_token_seconds_sum %2$d
    """
        .formatted((long) inTime, (long) all, twoSeconds);
  }

  private void advance() {
    long now = System.nanoTime();
    double requests = (now - advancedAt) / 1e9 * REQUESTS_PER_SECOND;
    advancedAt = now;
    all += requests;
    inTime += isSlow ? 0 : requests;
  }

  @Override
  public void close() {
    page.close();
  }
}
