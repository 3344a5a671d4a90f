package dev.sluice.app.kube;

import java.util.List;

/**
 * {@code SLORoutingReady} of a ModelRouter: whether Envoys have what was made of it, and if not,
 * why.
 */
record RoutingCondition(Reason reason, String message) {

  static final String TYPE = "SLORoutingReady";

  /** Why it is as it is; all but the first are {@code False}. */
  enum Reason {
    /** Every connected Envoy has acknowledged the newest configuration. */
    ACKNOWLEDGED("Acknowledged"),
    /** Some Envoy hasn't answered yet. */
    AWAITING_ENVOYS("AwaitingEnvoys"),
    /** No Envoy is connected. */
    NO_ENVOYS("NoEnvoys"),
    /** An Envoy refused the newest configuration. */
    REJECTED("Rejected"),
    /** The router, as it is now, can't be made into configuration. */
    NOT_COMPILED("NotCompiled"),
    /** Nothing is published before there is evidence. */
    NOT_PUBLISHED("NotPublished"),
    /** Another data plane serves the router. */
    GATEWAY_MODE("GatewayMode"),
    /** A backend needs LLMKube's activator. */
    POOLED_BACKEND("PooledBackend");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    /** Whether it passes by itself at every push, reconnect and start: worth no write at once. */
    boolean isPassing() {
      return this == AWAITING_ENVOYS || this == NO_ENVOYS || this == NOT_PUBLISHED;
    }
  }

  static RoutingCondition of(RoutingFacts facts) {
    if (facts.otherDataPlane().isPresent()) {
      return new RoutingCondition(
          Reason.GATEWAY_MODE,
          "spec.dataPlane: \""
              + facts.otherDataPlane().get()
              + "\" (expected: Proxy; the Envoys of any other are steered by their own gateway)");
    }
    if (facts.pooled().isPresent()) {
      return new RoutingCondition(Reason.POOLED_BACKEND, facts.pooled().get());
    }
    if (facts.rejection().isPresent()) {
      return new RoutingCondition(Reason.NOT_COMPILED, facts.rejection().get());
    }
    return facts
        .fleet()
        .map(fleet -> of(fleet, facts.leadsNowhere()))
        .orElseGet(
            () -> new RoutingCondition(Reason.NOT_PUBLISHED, "nothing is published for it yet"));
  }

  private static RoutingCondition of(FleetSummary fleet, List<String> leadsNowhere) {
    if (fleet.rejection().isPresent()) {
      return rejected(fleet, fleet.rejection().get());
    }
    if (fleet.envoys() == 0) {
      return new RoutingCondition(Reason.NO_ENVOYS, "no Envoy of the fleet is connected");
    }
    String words =
        fleet.acknowledged()
            + " of "
            + fleet.envoys()
            + " Envoys have acknowledged version "
            + fleet.wanted();
    return fleet.acknowledged() == fleet.envoys()
        ? new RoutingCondition(Reason.ACKNOWLEDGED, with(words, leadsNowhere))
        : new RoutingCondition(Reason.AWAITING_ENVOYS, words);
  }

  private static RoutingCondition rejected(FleetSummary fleet, FleetSummary.Rejection rejection) {
    return new RoutingCondition(
        Reason.REJECTED,
        "Envoys are served "
            + fleet.served().map(version -> "version " + version).orElse("nothing")
            + ": "
            + rejection.envoy()
            + " rejected version "
            + rejection.version()
            + ": "
            + rejection.words());
  }

  private static String with(String words, List<String> leadsNowhere) {
    return leadsNowhere.isEmpty() ? words : words + "; " + String.join("; ", leadsNowhere);
  }

  Condition condition() {
    return new Condition(TYPE, reason == Reason.ACKNOWLEDGED, reason.word(), message);
  }
}
