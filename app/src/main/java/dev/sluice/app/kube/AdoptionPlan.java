package dev.sluice.app.kube;

import dev.sluice.xds.router.RouterSpec.Listen;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Decides whom a ModelRouter's Service points at: a pure function of what is known. */
final class AdoptionPlan {

  /** How long a fleet without a ready Envoy is waited for until the router-proxy serves again. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private AdoptionPlan() {}

  /**
   * What is known of a router and its Service.
   *
   * @param optedIn whether the router asks for it, and is one that Sluice steers
   * @param fleet the labels of the fleet's pods
   * @param listens where the fleet listens; empty while the router isn't accepted
   * @param isAcknowledged whether the fleet's Envoys have the newest configuration
   * @param readyPods how many pods of the fleet are ready
   * @param unreadySince since when none is; empty while one is
   */
  record Facts(
      boolean optedIn,
      Map<String, String> fleet,
      Optional<Listen> listens,
      boolean isAcknowledged,
      int readyPods,
      Optional<Instant> unreadySince) {

    Facts {
      fleet = Map.copyOf(fleet);
    }
  }

  /** What is to be done, and why. */
  sealed interface Step {

    String words();

    /** Nothing; the words say who serves. */
    record Stay(String words) implements Step {}

    /** The Service is pointed at the fleet. */
    record Take(Map<String, String> fleet, String words) implements Step {}

    /** The Service is pointed at what it pointed at before. */
    record GiveBack(Map<String, String> original, String words) implements Step {}
  }

  static Step next(Facts facts, RouterService service, Instant now) {
    return service
        .original()
        .map(original -> whileAdopted(facts, service, original, now))
        .orElseGet(() -> whileNot(facts, service));
  }

  private static Step whileAdopted(
      Facts facts, RouterService service, Map<String, String> original, Instant now) {
    if (!facts.optedIn()) {
      return new Step.GiveBack(
          original, "the router doesn't ask for adoption, or its dataPlane isn't Proxy");
    }
    if (!service.selector().equals(facts.fleet())) {
      return new Step.GiveBack(original, "the Service points at another fleet: " + service.words());
    }
    Optional<String> mismatch = mismatch(facts, service);
    if (mismatch.isPresent()) {
      return new Step.GiveBack(original, mismatch.get());
    }
    boolean isOver =
        facts.unreadySince().filter(since -> !now.isBefore(since.plus(PATIENCE))).isPresent();
    return isOver
        ? new Step.GiveBack(
            original, "no pod of the fleet was ready for " + PATIENCE.toSeconds() + " s")
        : new Step.Stay("served by the Envoy fleet");
  }

  private static Step whileNot(Facts facts, RouterService service) {
    if (!facts.optedIn()) {
      return new Step.Stay("served by the router-proxy");
    }
    if (facts.listens().isEmpty()) {
      return new Step.Stay("served by the router-proxy: the router isn't accepted");
    }
    Optional<String> mismatch = mismatch(facts, service);
    if (mismatch.isPresent()) {
      return new Step.Stay("served by the router-proxy: " + mismatch.get());
    }
    if (facts.readyPods() == 0) {
      return new Step.Stay(
          "served by the router-proxy: no pod with the labels " + facts.fleet() + " is ready");
    }
    if (!facts.isAcknowledged()) {
      return new Step.Stay("served by the router-proxy: the fleet hasn't acknowledged yet");
    }
    return new Step.Take(facts.fleet(), "the fleet is ready and has acknowledged");
  }

  private static Optional<String> mismatch(Facts facts, RouterService service) {
    return facts.listens().flatMap(listen -> mismatch(listen, service));
  }

  private static Optional<String> mismatch(Listen listen, RouterService service) {
    if (InetAddress.ofLiteral(listen.host()).isLoopbackAddress()) {
      return Optional.of("the fleet listens on " + listen + ", which no Service reaches");
    }
    String listens = String.valueOf(listen.port());
    return service.targetPorts().stream()
        .filter(port -> !port.equals(listens))
        .findFirst()
        .map(port -> "the Service's targetPort is " + port + ", the fleet listens on " + listens);
  }
}
