package dev.sluice.lab.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What a {@link LoadGenerator} sends.
 *
 * @param url the full address, usually ending in {@code /v1/chat/completions}
 * @param model the {@code model} of each request
 * @param requestsPerSecond constant, whatever the answers do
 * @param headers sent with each request
 * @param accepted which HTTP statuses are no failure
 * @param timeout for one request, connecting and the whole stream included
 */
public record LoadPlan(
    String url,
    String model,
    double requestsPerSecond,
    Map<String, String> headers,
    IntPredicate accepted,
    Duration timeout) {

  public LoadPlan {
    headers = Map.copyOf(headers);
    if (!(requestsPerSecond > 0 && requestsPerSecond <= 10_000)) {
      throw new IllegalArgumentException(
          "requestsPerSecond: " + requestsPerSecond + " (expected: above 0, up to 10000)");
    }
  }

  /** No extra headers, every status below 400 accepted, 30 s for a request. */
  public static LoadPlan of(String url, String model, double requestsPerSecond) {
    return new LoadPlan(
        url, model, requestsPerSecond, Map.of(), status -> status < 400, Duration.ofSeconds(30));
  }

  public LoadPlan withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new LoadPlan(url, model, requestsPerSecond, more, accepted, timeout);
  }

  /** For a route that must answer otherwise, for example a fail-closed one with 503. */
  public LoadPlan withAccepted(IntPredicate statuses) {
    return new LoadPlan(url, model, requestsPerSecond, headers, statuses, timeout);
  }

  public LoadPlan withTimeout(Duration perRequest) {
    return new LoadPlan(url, model, requestsPerSecond, headers, accepted, perRequest);
  }

  /** The time between two requests. */
  Duration pace() {
    return Duration.ofNanos((long) (1e9 / requestsPerSecond));
  }
}
