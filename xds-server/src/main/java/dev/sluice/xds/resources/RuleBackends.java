package dev.sluice.xds.resources;

import dev.sluice.xds.load.Requests;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The backends that Envoy may choose from for each rule, and what its load reports say of them.
 *
 * <p>Only these are read out of a report. So the clusters that are no rule (providers, shadow
 * copies, ourselves) are left out, and a node can't make us keep names of its own invention.
 *
 * @param byRule names of backends by name of the rule
 */
public record RuleBackends(Map<String, Set<String>> byRule) {

  /** No rule. */
  public static final RuleBackends NONE = new RuleBackends(Map.of());

  public RuleBackends {
    byRule = Map.copyOf(byRule);
  }

  /** Those of the assignments that are rules. */
  public static RuleBackends of(Collection<ClusterLoadAssignment> assignments) {
    Map<String, Set<String>> byRule = new HashMap<>();
    for (ClusterLoadAssignment assignment : assignments) {
      EnvoyNames.rule(assignment.getClusterName())
          .ifPresent(rule -> byRule.put(rule, backends(assignment)));
    }
    return new RuleBackends(byRule);
  }

  private static Set<String> backends(ClusterLoadAssignment assignment) {
    Set<String> backends = new HashSet<>();
    for (LocalityLbEndpoints locality : assignment.getEndpointsList()) {
      backends.add(locality.getLocality().getZone());
    }
    return Set.copyOf(backends);
  }

  /** The requests that a report says these were sent since the one before. */
  public Requests requests(Collection<ClusterStats> report) {
    Map<String, Map<String, Long>> requests = new HashMap<>();
    for (ClusterStats cluster : report) {
      Optional<String> rule = EnvoyNames.rule(cluster.getClusterName());
      rule.filter(byRule::containsKey)
          .ifPresent(name -> requests.put(name, requests(name, cluster)));
    }
    return new Requests(requests);
  }

  private Map<String, Long> requests(String rule, ClusterStats cluster) {
    Set<String> known = byRule.getOrDefault(rule, Set.of());
    Map<String, Long> requests = new HashMap<>();
    for (UpstreamLocalityStats locality : cluster.getUpstreamLocalityStatsList()) {
      String backend = locality.getLocality().getZone();
      // Unsigned: one that doesn't fit is no count of requests.
      long issued = Math.max(0, locality.getTotalIssuedRequests());
      if (known.contains(backend)) {
        // A backend in reserve is a locality of its own priority for a while, then of another.
        requests.merge(backend, issued, (one, other) -> Math.max(one, one + other));
      }
    }
    return requests;
  }
}
