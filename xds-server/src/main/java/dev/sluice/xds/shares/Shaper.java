package dev.sluice.xds.shares;

import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import java.time.Instant;
import java.util.TreeMap;

/**
 * Verdicts to shares, for every rule of a router. A pure function.
 *
 * <p>For each backend of a rule, with {@code s} its share before:
 *
 * <pre>
 *   WithinBudget   min(1, s + recoverBy)                       once a step
 *   AtRisk         atRisk while it burns now, else as WithinBudget
 *   Breached       min(s, breached) at once, then s/2 down to probe   once a step, while it burns
 *   Recovering     min(1, s + recoverBy) unless it burns       once a step
 *   Unknown        as the state it holds; after that as WithinBudget
 * </pre>
 *
 * <p>A rule's late primary (see {@link LatencyJudge}) is taken as Breached, whatever its verdict.
 *
 * <p>"Burns" means a burn rate of at least 1 over the fast tier's short window. Then the guards of
 * {@link Guards} apply, in order, and the shares become weights that are whole, at least 1 and sum
 * to {@link RuleShares#TOTAL_WEIGHT}. A first breach moves at once; nothing else moves a rule more
 * often than its {@code step}. With every verdict WithinBudget for long enough the weights are
 * exactly the declared ones.
 */
public final class Shaper {

  private Shaper() {}

  /**
   * Shapes one router.
   *
   * @param previous what this returned before, or what a restart remembered
   */
  public static RouterShares shape(
      RouterSpec router,
      Topology topology,
      VerdictSnapshot verdicts,
      RouterShares previous,
      Instant now) {
    TreeMap<String, RuleShares> rules = new TreeMap<>();
    for (Rule rule : router.allRules()) {
      RuleShares before = previous.rule(rule.name()).orElse(RuleShares.NONE);
      rules.put(rule.name(), new RuleShaper(router, rule, topology, verdicts, before, now).shape());
    }
    return new RouterShares(rules);
  }
}
