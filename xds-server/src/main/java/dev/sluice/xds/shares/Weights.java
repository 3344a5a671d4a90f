package dev.sluice.xds.shares;

import static dev.sluice.xds.shares.RuleShares.TOTAL_WEIGHT;

import dev.sluice.model.Share;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shares to whole weights with an exact sum. */
final class Weights {

  private Weights() {}

  /**
   * Weighted rules: a demoted backend keeps its share of what it was declared; the others divide
   * the rest in proportion to theirs. Each gets at least 1, and the sum is {@link
   * RuleShares#TOTAL_WEIGHT}.
   *
   * @param declared positive weights by backend, at most {@code TOTAL_WEIGHT} of them
   */
  static Map<String, Integer> weighted(Map<String, Integer> declared, Map<String, Share> shares) {
    double freed = 0;
    double undemoted = 0;
    for (Map.Entry<String, Integer> entry : declared.entrySet()) {
      double share = shares.getOrDefault(entry.getKey(), Share.FULL).value();
      freed += entry.getValue() * (1 - share);
      undemoted += share == 1 ? entry.getValue() : 0;
    }
    double gain = undemoted > 0 ? 1 + freed / undemoted : 1;
    Map<String, Double> parts = new LinkedHashMap<>();
    declared.forEach(
        (backend, weight) -> {
          double share = shares.getOrDefault(backend, Share.FULL).value();
          parts.put(backend, weight * (share == 1 ? gain : share));
        });
    return apportion(parts);
  }

  /**
   * Primary-fallback rules: the first keeps its share, what it frees goes to the next in order, and
   * so on to the first that isn't demoted. The others get 0: they wait at a lower priority.
   */
  static Map<String, Integer> inOrder(List<String> order, Map<String, Share> shares) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    int left = TOTAL_WEIGHT;
    for (String backend : order) {
      double share = shares.getOrDefault(backend, Share.FULL).value();
      int weight = left == 0 ? 0 : (int) Math.max(1, Math.round(left * share));
      weights.put(backend, weight);
      left -= weight;
    }
    if (left > 0) {
      weights.merge(order.getFirst(), left, Integer::sum);
    }
    return weights;
  }

  /** Largest remainder, ties by order; what is less than 1 is made up for by the largest. */
  private static Map<String, Integer> apportion(Map<String, Double> parts) {
    double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Integer> whole = new LinkedHashMap<>();
    Map<String, Double> remainders = new LinkedHashMap<>();
    int left = TOTAL_WEIGHT;
    for (Map.Entry<String, Double> part : parts.entrySet()) {
      double exact = part.getValue() * TOTAL_WEIGHT / sum;
      int floor = (int) Math.max(1, Math.floor(exact));
      whole.put(part.getKey(), floor);
      remainders.put(part.getKey(), exact - floor);
      left -= floor;
    }
    for (; left > 0; left--) {
      String most = largest(remainders);
      whole.merge(most, 1, Integer::sum);
      remainders.merge(most, -1.0, Double::sum);
    }
    for (; left < 0; left++) {
      whole.merge(largest(whole), -1, Integer::sum);
    }
    return whole;
  }

  private static <N extends Comparable<N>> String largest(Map<String, N> values) {
    return Collections.max(values.entrySet(), Map.Entry.comparingByValue()).getKey();
  }
}
