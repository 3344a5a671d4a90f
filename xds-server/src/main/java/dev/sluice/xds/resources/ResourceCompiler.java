package dev.sluice.xds.resources;

import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.ArrayList;
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
    AssignmentCompiler assignments = new AssignmentCompiler(router, topology);
    return new FleetResources(
        router.ref(),
        clusters(router, rules, verdicts),
        rules.stream()
            .flatMap(
                rule ->
                    assignments
                        .compile(rule, shares.rule(rule.name()).orElse(RuleShares.NONE))
                        .stream())
            .toList(),
        listeners(router, topology),
        List.of(new RouteCompiler(router).compile(rules)),
        secrets(router, topology));
  }

  private static List<Cluster> clusters(
      RouterSpec router, List<Rule> rules, VerdictSnapshot verdicts) {
    ClusterCompiler compiler = new ClusterCompiler(router, verdicts);
    List<Cluster> clusters = new ArrayList<>();
    rules.forEach(rule -> clusters.addAll(compiler.compile(rule)));
    String caFile = router.settings().caFile();
    for (Backend backend : router.backends()) {
      backend
          .external()
          .ifPresent(
              external ->
                  clusters.add(
                      OutsideCluster.compile(
                          EnvoyNames.external(backend), external.url(), caFile)));
    }
    router
        .settings()
        .access()
        .ifPresent(access -> clusters.add(AccessCompiler.keys(access, caFile)));
    return clusters;
  }

  /**
   * An external backend whose key is missing has no listener: it would wait for the key for ever.
   */
  private static List<Listener> listeners(RouterSpec router, Topology topology) {
    List<Listener> listeners = new ArrayList<>();
    for (Backend backend : router.backends()) {
      backend
          .external()
          .filter(_ -> topology.reaches(backend))
          .ifPresent(external -> listeners.add(ExternalCompiler.listener(backend, external)));
    }
    listeners.add(ListenerCompiler.compile(router));
    return listeners;
  }

  private static List<Secret> secrets(RouterSpec router, Topology topology) {
    List<Secret> secrets = new ArrayList<>();
    for (Backend backend : router.backends()) {
      backend
          .external()
          .ifPresent(
              external ->
                  topology
                      .credential(external)
                      .ifPresent(
                          key ->
                              secrets.add(
                                  ExternalCompiler.secret(backend, external.provider(), key))));
    }
    return secrets;
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
