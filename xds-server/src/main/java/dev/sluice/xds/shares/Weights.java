package dev.sluice.xds.shares;

import static dev.sluice.xds.shares.RuleShares.TOTAL_WEIGHT;

import dev.sluice.model.Share;
import java.util.ArrayList;
import java.util.Comparator;
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
   * @param declared positive weights by backend
   */
  static Map<String, Integer> weighted(Map<String, Integer> declared, Map<String, Share> shares) {
    double sum = declared.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Double> full = new LinkedHashMap<>();
    Map<String, Integer> weights = new LinkedHashMap<>();
    int left = TOTAL_WEIGHT;
    for (Map.Entry<String, Integer> entry : declared.entrySet()) {
      Share share = shares.get(entry.getKey());
      double part = TOTAL_WEIGHT * entry.getValue() / sum;
      if (share == null || share.equals(Share.FULL)) {
        full.put(entry.getKey(), part);
      } else {
        int weight = (int) Math.max(1, Math.round(part * share.value()));
        weights.put(entry.getKey(), weight);
        left -= weight;
      }
    }
    weights.putAll(apportion(full, left));
    return weights;
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

  /** Largest remainder, ties by order; each at least 1. */
  private static Map<String, Integer> apportion(Map<String, Double> parts, int total) {
    double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Integer> whole = new LinkedHashMap<>();
    int left = total;
    for (Map.Entry<String, Double> part : parts.entrySet()) {
      int floor = (int) Math.max(1, Math.floor(part.getValue() * total / sum));
      whole.put(part.getKey(), floor);
      left -= floor;
    }
    List<String> byRemainder = new ArrayList<>(parts.keySet());
    byRemainder.sort(
        Comparator.comparingDouble(
            (String name) ->
                whole.getOrDefault(name, 0) - parts.getOrDefault(name, 0.0) * total / sum));
    for (int i = 0; left > 0; i++, left--) {
      whole.merge(byRemainder.get(i % byRemainder.size()), 1, Integer::sum);
    }
    for (int i = byRemainder.size() - 1; left < 0; i--) {
      String name = byRemainder.get(Math.floorMod(i, byRemainder.size()));
      if (whole.getOrDefault(name, 0) > 1) {
        whole.merge(name, -1, Integer::sum);
        left++;
      }
    }
    return whole;
  }
}
