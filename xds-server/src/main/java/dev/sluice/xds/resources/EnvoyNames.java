package dev.sluice.xds.resources;

import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Rule;
import java.util.Optional;

/** The names that Envoy's configuration, its statistics and our reading of both agree on. */
final class EnvoyNames {

  /** Metadata namespace of endpoints, routes and requests. */
  static final String METADATA = "sluice";

  static final String ROUTES = "router";
  static final String LISTENER = "router";
  static final String STAT_PREFIX = "router";

  private static final String RULE = "rule/";

  private EnvoyNames() {}

  /** The EDS cluster a rule is. */
  static String cluster(Rule rule) {
    return RULE + rule.name();
  }

  /** The name of the rule that a cluster is; empty for all others. */
  static Optional<String> rule(String cluster) {
    return cluster.startsWith(RULE)
        ? Optional.of(cluster.substring(RULE.length()))
        : Optional.empty();
  }

  /** The EDS cluster of the copies that a shadow rule sends to a backend. */
  static String shadow(Rule rule, String backend) {
    return "shadow/" + rule.name() + "/" + backend;
  }

  /** The internal listener of an external backend, and the cluster behind it. */
  static String external(Backend backend) {
    return "external/" + backend.name();
  }

  /** The secret with the key of an external backend. */
  static String credential(Backend backend) {
    return "credential/" + backend.name();
  }
}
