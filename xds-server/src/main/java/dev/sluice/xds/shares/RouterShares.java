package dev.sluice.xds.shares;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The shares of one router, by rule name. Immutable; what a restart must remember. */
public record RouterShares(SortedMap<String, RuleShares> rules) {

  /** Nothing was shaped yet. */
  public static final RouterShares NONE = new RouterShares(new TreeMap<>());

  public RouterShares {
    rules = Collections.unmodifiableSortedMap(new TreeMap<>(rules));
  }

  /** The shares of these rules. */
  public static RouterShares of(Map<String, RuleShares> rules) {
    return new RouterShares(new TreeMap<>(rules));
  }

  /** The shares of a rule, if it was shaped. */
  public Optional<RuleShares> rule(String name) {
    return Optional.ofNullable(rules.get(name));
  }
}
