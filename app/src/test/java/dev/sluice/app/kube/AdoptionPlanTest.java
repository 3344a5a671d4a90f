package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.Adoption.Reason;
import dev.sluice.app.kube.AdoptionPlan.Facts;
import dev.sluice.app.kube.AdoptionPlan.Step;
import dev.sluice.xds.router.RouterSpec.Listen;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdoptionPlanTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Map<String, String> PROXY = Map.of("app", "chat-router-proxy");
  private static final Map<String, String> FLEET = Map.of("sluice.dev/fleet", "chat");
  private static final RouterService OWN = service(PROXY, Optional.empty(), "8080");
  private static final RouterService TAKEN = service(FLEET, Optional.of(PROXY), "8080");

  private static RouterService service(
      Map<String, String> selector, Optional<Map<String, String>> original, String targetPort) {
    return new RouterService(
        "default", "chat-router-proxy", "1", selector, original, List.of(targetPort));
  }

  private static final RoutingCondition ACKNOWLEDGED =
      new RoutingCondition(RoutingCondition.Reason.ACKNOWLEDGED, "1 of 1 Envoys");
  private static final RoutingCondition AWAITING =
      new RoutingCondition(RoutingCondition.Reason.AWAITING_ENVOYS, "0 of 1 Envoys");

  private static final Facts READY = facts(wish(true, Optional.empty()), ACKNOWLEDGED, 1);

  private static RouterWish wish(boolean adopts, Optional<String> fault) {
    return new RouterWish(Optional.of("Proxy"), adopts, FLEET, fault);
  }

  private static Facts facts(RouterWish wish, RoutingCondition routing, int readyPods) {
    return new Facts(
        wish,
        routing,
        Optional.of(new Listen("0.0.0.0", 8080)),
        readyPods,
        readyPods > 0 ? Optional.empty() : Optional.of(NOON));
  }

  private static Facts asking(RoutingCondition routing, int readyPods) {
    return facts(wish(true, Optional.empty()), routing, readyPods);
  }

  private static Facts listening(Optional<Listen> listens) {
    return new Facts(READY.wish(), ACKNOWLEDGED, listens, 1, Optional.empty());
  }

  private static Step next(Facts facts, RouterService service) {
    return AdoptionPlan.next(facts, service, NOON);
  }

  private static Step stays(Reason reason, String words) {
    return new Step.Stay(new Adoption(reason, words));
  }

  private static Step givesBack(Reason reason, String words) {
    return new Step.GiveBack(PROXY, new Adoption(reason, words));
  }

  @Test
  void aReadyFleetThatHasAcknowledgedTakesTheService() {
    assertThat(next(READY, OWN))
        .isEqualTo(new Step.Take(FLEET, new Adoption(Reason.ENVOY_FLEET, "1 pod of it is ready")));
  }

  @Test
  void aFleetThatHasNotAcknowledgedOrIsNotReadyTakesNothing() {
    assertThat(next(asking(AWAITING, 1), OWN))
        .isEqualTo(stays(Reason.NOT_ACKNOWLEDGED, "0 of 1 Envoys"));
    assertThat(next(asking(ACKNOWLEDGED, 0), OWN))
        .isEqualTo(
            stays(
                Reason.FLEET_NOT_READY, "no pod with the labels {sluice.dev/fleet=chat} is ready"));
  }

  @Test
  void aRouterThatDoesNotAskForItIsLeftAlone() {
    assertThat(next(facts(wish(false, Optional.empty()), ACKNOWLEDGED, 1), OWN))
        .isInstanceOf(Step.Stay.class);
  }

  @Test
  void anotherTargetPortIsRefusedAndBothAreNamed() {
    RouterService named = service(PROXY, Optional.empty(), "9000");

    assertThat(next(READY, named))
        .isEqualTo(
            stays(
                Reason.TARGET_PORT, "the Service's targetPort is 9000, the fleet listens on 8080"));
  }

  @Test
  void aFleetThatNoServiceReachesOrARouterThatIsNotAcceptedTakesNothing() {
    assertThat(next(listening(Optional.of(new Listen("127.0.0.1", 8080))), OWN))
        .isEqualTo(
            stays(
                Reason.TARGET_PORT,
                "the fleet listens on 127.0.0.1:8080, which no Service reaches"));
    assertThat(next(listening(Optional.empty()), OWN))
        .isEqualTo(stays(Reason.NOT_ACCEPTED, "1 of 1 Envoys"));
  }

  @Test
  void labelsWithASlipTakeNothingAndLoseNothing() {
    Facts slip = facts(wish(true, Optional.of("metadata.annotations[...]")), ACKNOWLEDGED, 1);

    assertThat(next(slip, OWN))
        .isEqualTo(stays(Reason.FLEET_SELECTOR, "metadata.annotations[...]"));
    assertThat(next(slip, TAKEN))
        .isEqualTo(stays(Reason.ENVOY_FLEET, "1 pod of it is ready; metadata.annotations[...]"));
  }

  @Test
  void aNoteThatCannotBeReadMeansLlmkubesOwnSelector() {
    Service damaged =
        new ServiceBuilder()
            .withNewMetadata()
            .withName("chat-router-proxy")
            .withNamespace("default")
            .withResourceVersion("1")
            .addToAnnotations(RouterService.ORIGINAL, "{app:")
            .endMetadata()
            .withNewSpec()
            .addToSelector(FLEET)
            .endSpec()
            .build();

    assertThat(RouterService.of(damaged).original()).contains(Map.of("app", "chat-router-proxy"));
  }

  @Test
  void aRouterThatNoLongerAsksIsGivenBack() {
    assertThat(next(facts(wish(false, Optional.empty()), ACKNOWLEDGED, 1), TAKEN))
        .isEqualTo(
            givesBack(Reason.NOT_ASKED, "the router has no annotation sluice.dev/adopt: \"true\""));
  }

  @Test
  void aRouterOfAnotherDataPlaneOrWithAPooledBackendIsGivenBack() {
    assertThat(
            next(
                asking(new RoutingCondition(RoutingCondition.Reason.GATEWAY_MODE, "Gateway"), 1),
                TAKEN))
        .isEqualTo(givesBack(Reason.GATEWAY_MODE, "Gateway"));
    assertThat(
            next(
                asking(new RoutingCondition(RoutingCondition.Reason.POOLED_BACKEND, "pool"), 1),
                TAKEN))
        .isEqualTo(givesBack(Reason.POOLED_BACKEND, "pool"));
  }

  @ParameterizedTest
  @EnumSource(
      value = RoutingCondition.Reason.class,
      names = {"AWAITING_ENVOYS", "NO_ENVOYS", "REJECTED", "NOT_COMPILED", "NOT_PUBLISHED"})
  void envoysThatServeOnWithWhatTheyHaveGiveNothingBack(RoutingCondition.Reason reason) {
    assertThat(next(asking(new RoutingCondition(reason, "words"), 2), TAKEN))
        .isEqualTo(stays(Reason.ENVOY_FLEET, "2 pods of it are ready"));
  }

  @Test
  void aFleetThatIsNotReadyIsWaitedForTenSeconds() {
    Facts gone = asking(ACKNOWLEDGED, 0);

    assertThat(AdoptionPlan.next(gone, TAKEN, NOON.plusMillis(9999))).isInstanceOf(Step.Stay.class);
    assertThat(AdoptionPlan.next(gone, TAKEN, NOON.plusSeconds(10)))
        .isEqualTo(givesBack(Reason.FLEET_NOT_READY, "no pod of the fleet was ready for 10 s"));
  }

  @Test
  void aServiceThatPointsAtAnotherFleetIsGivenBackFirst() {
    RouterService other = service(Map.of("sluice.dev/fleet", "old"), Optional.of(PROXY), "8080");

    assertThat(next(READY, other)).isInstanceOf(Step.GiveBack.class);
  }

  @Test
  void aPatchReplacesTheSelectorAndRefusesAnOlderService() {
    assertThat(OWN.taking(FLEET))
        .contains("\"resourceVersion\":\"1\"")
        .contains("\"app\":null")
        .contains("\"sluice.dev/fleet\":\"chat\"")
        .contains("\"sluice.dev/original-selector\":\"{\\\"app\\\":\\\"chat-router-proxy\\\"}\"");
    assertThat(TAKEN.givingBack(PROXY))
        .contains("\"sluice.dev/fleet\":null")
        .contains("\"app\":\"chat-router-proxy\"")
        .contains("\"sluice.dev/original-selector\":null");
  }
}
