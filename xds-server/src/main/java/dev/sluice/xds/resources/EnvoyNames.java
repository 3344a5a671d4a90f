package dev.sluice.xds.resources;

import dev.sluice.xds.router.Rule;

/** The names that Envoy's configuration, its statistics and our reading of both agree on. */
final class EnvoyNames {

  /** Metadata namespace of endpoints, routes and requests. */
  static final String METADATA = "sluice";

  static final String ROUTES = "router";
  static final String LISTENER = "router";
  static final String STAT_PREFIX = "router";

  private EnvoyNames() {}

  /** The EDS cluster a rule is. */
  static String cluster(Rule rule) {
    return "rule/" + rule.name();
  }
}
