package dev.sluice.xds.shares;

import dev.sluice.model.Share;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much one backend of a rule keeps.
 *
 * @param wanted what its verdict asks for
 * @param share what the guards let it have
 * @param weight its part of {@link RuleShares#TOTAL_WEIGHT}; 0 holds it in reserve, at a lower
 *     priority, or says that it has no ready endpoint (a weight of 0 is never sent: Envoy rejects
 *     it)
 * @param replicas the share of single replicas, by name; the others keep theirs in full
 */
public record BackendShare(
    Share wanted, Share share, int weight, SortedMap<String, Share> replicas) {

  /** All it was declared, as the only one. */
  public static final BackendShare FULL =
      new BackendShare(Share.FULL, Share.FULL, RuleShares.TOTAL_WEIGHT, new TreeMap<>());

  public BackendShare {
    if (weight < 0) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0)");
    }
    replicas = Collections.unmodifiableSortedMap(new TreeMap<>(replicas));
  }

  /** Whether it keeps less than it was declared. */
  public boolean isDemoted() {
    return share.compareTo(Share.FULL) < 0;
  }
}
