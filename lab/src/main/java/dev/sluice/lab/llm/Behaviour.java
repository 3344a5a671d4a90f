package dev.sluice.lab.llm;

import java.time.Duration;

/**
 * How a {@link FakeLlm} answers.
 *
 * @param ttft median time to first token; each request's own is up to 10% off, evenly spread
 * @param outputTokens tokens per answer, one SSE chunk each
 * @param timePerOutputToken pause between one token and the next
 * @param errorRate fraction of requests, 0 to 1, that get an HTTP 500 before any body
 */
public record Behaviour(
    Duration ttft, int outputTokens, Duration timePerOutputToken, double errorRate) {

  public Behaviour {
    if (ttft.isNegative() || timePerOutputToken.isNegative()) {
      throw new IllegalArgumentException(
          "ttft: %s, timePerOutputToken: %s (expected: not negative)"
              .formatted(ttft, timePerOutputToken));
    }
    if (outputTokens < 1) {
      throw new IllegalArgumentException("outputTokens: " + outputTokens + " (expected: >= 1)");
    }
    if (!(errorRate >= 0 && errorRate <= 1)) {
      throw new IllegalArgumentException("errorRate: " + errorRate + " (expected: 0 to 1)");
    }
  }

  /**
   * Four tokens, the first after 20 ms and then one every 2 ms, no errors: cheap enough for
   * hundreds of requests a second.
   */
  public static Behaviour healthy() {
    return new Behaviour(Duration.ofMillis(20), 4, Duration.ofMillis(2), 0);
  }

  public Behaviour withTtft(Duration median) {
    return new Behaviour(median, outputTokens, timePerOutputToken, errorRate);
  }

  public Behaviour withOutputTokens(int tokens) {
    return new Behaviour(ttft, tokens, timePerOutputToken, errorRate);
  }

  public Behaviour withTimePerOutputToken(Duration pause) {
    return new Behaviour(ttft, outputTokens, pause, errorRate);
  }

  public Behaviour withErrorRate(double rate) {
    return new Behaviour(ttft, outputTokens, timePerOutputToken, rate);
  }
}
