package dev.sluice.xds.resources;

import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.util.List;

/**
 * A router, its endpoints and its shares as Envoy resources. A pure function; equal inputs give
 * equal bytes.
 *
 * <p>A rule is an EDS cluster, a backend a locality in it, a replica an endpoint. A retry can so
 * move to another backend, and a breach changes the endpoint assignment alone.
 */
public final class ResourceCompiler {

  private ResourceCompiler() {}

  /** Compiles all that the router's fleet is told. */
  public static FleetResources compile(
      RouterSpec router, Topology topology, RouterShares shares, VerdictSnapshot verdicts) {
    List<Rule> rules =
        router.allRules().stream().filter(rule -> hasCapableBackend(router, rule)).toList();
    ClusterCompiler clusters = new ClusterCompiler(router, verdicts);
    AssignmentCompiler assignments = new AssignmentCompiler(router, topology);
    return new FleetResources(
        router.ref(),
        rules.stream().map(clusters::compile).toList(),
        rules.stream()
            .map(
                rule -> assignments.compile(rule, shares.rule(rule.name()).orElse(RuleShares.NONE)))
            .toList(),
        List.of(ListenerCompiler.compile(router)),
        List.of(new RouteCompiler(router).compile(rules)));
  }

  /** LLMKube drops a rule unless one of its backends has every capability it asks for. */
  private static boolean hasCapableBackend(RouterSpec router, Rule rule) {
    Match match = rule.match();
    return match.requiredCapabilities().isEmpty()
        || rule.backends().stream()
            .anyMatch(
                name ->
                    router
                        .backend(name)
                        .map(b -> b.capabilities().containsAll(match.requiredCapabilities()))
                        .orElse(false));
  }
}
