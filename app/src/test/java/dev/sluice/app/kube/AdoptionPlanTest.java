package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static Facts facts(boolean optedIn, boolean isAcknowledged, int readyPods) {
    return new Facts(
        optedIn,
        FLEET,
        Optional.of(new Listen("0.0.0.0", 8080)),
        isAcknowledged,
        readyPods,
        readyPods > 0 ? Optional.empty() : Optional.of(NOON));
  }

  private static Step next(Facts facts, RouterService service) {
    return AdoptionPlan.next(facts, service, NOON);
  }

  @Test
  void aReadyFleetThatHasAcknowledgedTakesTheService() {
    assertThat(next(facts(true, true, 1), OWN))
        .isEqualTo(new Step.Take(FLEET, "the fleet is ready and has acknowledged"));
  }

  @Test
  void aFleetThatHasNotAcknowledgedOrIsNotReadyTakesNothing() {
    assertThat(next(facts(true, false, 1), OWN)).isInstanceOf(Step.Stay.class);
    assertThat(next(facts(true, true, 0), OWN)).isInstanceOf(Step.Stay.class);
  }

  @Test
  void aRouterThatDoesNotAskForItIsLeftAlone() {
    assertThat(next(facts(false, true, 1), OWN)).isInstanceOf(Step.Stay.class);
  }

  @Test
  void anotherTargetPortIsRefusedAndBothAreNamed() {
    RouterService named = service(PROXY, Optional.empty(), "9000");

    assertThat(next(facts(true, true, 1), named))
        .isEqualTo(
            new Step.Stay(
                "served by the router-proxy: the Service's targetPort is 9000, the fleet listens on"
                    + " 8080"));
  }

  @Test
  void aFleetThatNoServiceReachesOrARouterThatIsNotAcceptedTakesNothing() {
    Facts loopback =
        new Facts(
            true, FLEET, Optional.of(new Listen("127.0.0.1", 8080)), true, 1, Optional.empty());
    Facts notAccepted = new Facts(true, FLEET, Optional.empty(), true, 1, Optional.empty());

    assertThat(next(loopback, OWN))
        .isEqualTo(
            new Step.Stay(
                "served by the router-proxy: the fleet listens on 127.0.0.1:8080, which no Service"
                    + " reaches"));
    assertThat(next(notAccepted, OWN)).isInstanceOf(Step.Stay.class);
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
    assertThat(next(facts(false, true, 1), TAKEN))
        .isEqualTo(
            new Step.GiveBack(
                PROXY, "the router doesn't ask for adoption, or its dataPlane isn't Proxy"));
  }

  @Test
  void aPushUnderWayGivesNothingBack() {
    assertThat(next(facts(true, false, 1), TAKEN)).isInstanceOf(Step.Stay.class);
  }

  @Test
  void aFleetThatIsNotReadyIsWaitedForTenSeconds() {
    Facts gone = facts(true, true, 0);

    assertThat(AdoptionPlan.next(gone, TAKEN, NOON.plusMillis(9999))).isInstanceOf(Step.Stay.class);
    assertThat(AdoptionPlan.next(gone, TAKEN, NOON.plusSeconds(10)))
        .isEqualTo(new Step.GiveBack(PROXY, "no pod of the fleet was ready for 10 s"));
  }

  @Test
  void aServiceThatPointsAtAnotherFleetIsGivenBackFirst() {
    RouterService other = service(Map.of("sluice.dev/fleet", "old"), Optional.of(PROXY), "8080");

    assertThat(next(facts(true, true, 1), other)).isInstanceOf(Step.GiveBack.class);
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
