package dev.sluice.app.kube;

/**
 * {@code SLOAdopted} of a ModelRouter that asks for it: who serves its clients, and why.
 *
 * @param reason true for {@link Reason#ENVOY_FLEET} alone
 * @param words one sentence for people
 */
record Adoption(Reason reason, String words) {

  static final String TYPE = "SLOAdopted";

  /** Who serves, or why it isn't the fleet. */
  enum Reason {
    /** The Service points at the router's Envoys. */
    ENVOY_FLEET("EnvoyFleet"),
    /** The router doesn't ask for it any more. */
    NOT_ASKED("NotAskedFor"),
    /** Another data plane serves the router. */
    GATEWAY_MODE("GatewayMode"),
    /** A backend needs LLMKube's activator. */
    POOLED_BACKEND("PooledBackend"),
    /** The router isn't one that Envoys can be told of. */
    NOT_ACCEPTED("NotAccepted"),
    /** The labels of the fleet's pods can't be read, or have changed. */
    FLEET_SELECTOR("FleetSelector"),
    /** The Service's pods are called at another port than the fleet listens on. */
    TARGET_PORT("TargetPort"),
    /** No pod of the fleet is ready. */
    FLEET_NOT_READY("FleetNotReady"),
    /** The fleet's Envoys don't have the newest configuration yet. */
    NOT_ACKNOWLEDGED("NotAcknowledged"),
    /** There is no Service to move. */
    NO_SERVICE("NoService"),
    /** The API server didn't take the move. */
    NOT_MOVED("NotMoved");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  boolean isByFleet() {
    return reason == Reason.ENVOY_FLEET;
  }

  Condition condition() {
    return new Condition(
        TYPE,
        isByFleet(),
        reason.word(),
        (isByFleet() ? "served by the Envoy fleet: " : "served by the router-proxy: ") + words);
  }
}
