package dev.sluice.app.kube;

import dev.sluice.app.kube.Adoption.Reason;
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
   * What is known of a router.
   *
   * @param wish what it asks for
   * @param routing whether its Envoys have what was made of it
   * @param listens where the fleet listens; empty while the router isn't accepted
   * @param readyPods how many pods of the fleet are ready
   * @param unreadySince since when none is; empty while one is
   */
  record Facts(
      RouterWish wish,
      RoutingCondition routing,
      Optional<Listen> listens,
      int readyPods,
      Optional<Instant> unreadySince) {}

  /** What is to be done, and who serves then. */
  sealed interface Step {

    Adoption then();

    /** Nothing. */
    record Stay(Adoption then) implements Step {}

    /** The Service is pointed at the fleet. */
    record Take(Map<String, String> fleet, Adoption then) implements Step {}

    /** The Service is pointed at what it pointed at before. */
    record GiveBack(Map<String, String> original, Adoption then) implements Step {}
  }

  static Step next(Facts facts, RouterService service, Instant now) {
    if (service.original().isEmpty()) {
      return untaken(facts, service);
    }
    return obstacle(facts, service)
        .or(() -> unreadyForLong(facts, now))
        .<Step>map(why -> new Step.GiveBack(service.original().get(), why))
        .orElseGet(() -> new Step.Stay(served(facts, facts.readyPods())));
  }

  private static Step untaken(Facts facts, RouterService service) {
    if (facts.wish().fault().isPresent()) {
      return new Step.Stay(new Adoption(Reason.FLEET_SELECTOR, facts.wish().fault().get()));
    }
    return obstacle(facts, service)
        .or(() -> notReady(facts))
        .<Step>map(Step.Stay::new)
        .orElseGet(() -> new Step.Take(facts.wish().fleet(), served(facts, facts.readyPods())));
  }

  private static Adoption served(Facts facts, int readyPods) {
    String slip = facts.wish().fault().map(words -> "; " + words).orElse("");
    return new Adoption(
        Reason.ENVOY_FLEET,
        (readyPods == 1 ? "1 pod of it is ready" : readyPods + " pods of it are ready") + slip);
  }

  /** What stands against the fleet, taken or not. */
  private static Optional<Adoption> obstacle(Facts facts, RouterService service) {
    if (!facts.wish().adopts()) {
      return adoption(Reason.NOT_ASKED, "the router has no annotation sluice.dev/adopt: \"true\"");
    }
    return switch (facts.routing().reason()) {
      case GATEWAY_MODE -> adoption(Reason.GATEWAY_MODE, facts.routing().message());
      case POOLED_BACKEND -> adoption(Reason.POOLED_BACKEND, facts.routing().message());
      case ACKNOWLEDGED, AWAITING_ENVOYS, NO_ENVOYS, REJECTED, NOT_COMPILED, NOT_PUBLISHED ->
          otherFleet(facts, service)
              .or(() -> facts.listens().flatMap(listen -> mismatch(listen, service)));
    };
  }

  // Labels with a slip in them say nothing: those that the Service has stay.
  private static Optional<Adoption> otherFleet(Facts facts, RouterService service) {
    return service.original().isPresent()
            && facts.wish().fault().isEmpty()
            && !service.selector().equals(facts.wish().fleet())
        ? adoption(Reason.FLEET_SELECTOR, "the Service points at another fleet: " + service.words())
        : Optional.empty();
  }

  private static Optional<Adoption> mismatch(Listen listen, RouterService service) {
    if (InetAddress.ofLiteral(listen.host()).isLoopbackAddress()) {
      return adoption(
          Reason.TARGET_PORT, "the fleet listens on " + listen + ", which no Service reaches");
    }
    String listens = String.valueOf(listen.port());
    return service.targetPorts().stream()
        .filter(port -> !port.equals(listens))
        .findFirst()
        .flatMap(
            port ->
                adoption(
                    Reason.TARGET_PORT,
                    "the Service's targetPort is " + port + ", the fleet listens on " + listens));
  }

  private static Optional<Adoption> unreadyForLong(Facts facts, Instant now) {
    return facts.unreadySince().isPresent()
            && !now.isBefore(facts.unreadySince().get().plus(PATIENCE))
        ? adoption(
            Reason.FLEET_NOT_READY,
            "no pod of the fleet was ready for " + PATIENCE.toSeconds() + " s")
        : Optional.empty();
  }

  /** What the fleet isn't ready for yet, and would not lose what it has for. */
  private static Optional<Adoption> notReady(Facts facts) {
    if (facts.listens().isEmpty()) {
      return adoption(Reason.NOT_ACCEPTED, facts.routing().message());
    }
    if (facts.readyPods() == 0) {
      return adoption(
          Reason.FLEET_NOT_READY, "no pod with the labels " + facts.wish().fleet() + " is ready");
    }
    return facts.routing().reason() == RoutingCondition.Reason.ACKNOWLEDGED
        ? Optional.empty()
        : adoption(Reason.NOT_ACKNOWLEDGED, facts.routing().message());
  }

  private static Optional<Adoption> adoption(Reason reason, String words) {
    return Optional.of(new Adoption(reason, words));
  }
}
