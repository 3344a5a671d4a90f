package dev.sluice.xds.load;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Requests that Envoys sent to backends. A request that is retried counts once for each attempt,
 * and for the backend that the attempt went to. Immutable.
 *
 * @param byRule by rule and backend, each 0 or more
 */
public record Requests(Map<String, Map<String, Long>> byRule) {

  /** None at all. */
  public static final Requests NONE = new Requests(Map.of());

  public Requests {
    Map<String, Map<String, Long>> copy = new HashMap<>();
    byRule.forEach((rule, backends) -> copy.put(rule, Map.copyOf(backends)));
    byRule = Map.copyOf(copy);
  }

  /** All of these together. */
  public static Requests sum(Collection<Requests> parts) {
    Map<String, Map<String, Long>> sum = new HashMap<>();
    for (Requests part : parts) {
      part.byRule.forEach(
          (rule, backends) -> {
            Map<String, Long> sums = sum.computeIfAbsent(rule, _ -> new HashMap<>());
            backends.forEach((backend, count) -> sums.merge(backend, count, Requests::add));
          });
    }
    return new Requests(sum);
  }

  /** These and those. */
  public Requests plus(Requests more) {
    return sum(List.of(this, more));
  }

  // What a node reports isn't ours to trust: it can't make a sum negative.
  private static long add(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The part of a rule's requests that a backend got; empty while the rule had none. */
  public OptionalDouble fraction(String rule, String backend) {
    Map<String, Long> backends = byRule.getOrDefault(rule, Map.of());
    double all = backends.values().stream().mapToDouble(Long::doubleValue).sum();
    return all > 0
        ? OptionalDouble.of(backends.getOrDefault(backend, 0L) / all)
        : OptionalDouble.empty();
  }
}
