package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.FleetBoardCodec.Said;
import dev.sluice.app.kube.FleetSummary.Rejection;
import dev.sluice.model.RouterRef;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetBoardTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final RouterRef CHAT = new RouterRef("default", "chat");
  private static final RouterRef CODE = new RouterRef("ml", "code");

  private static FleetSummary fleet(String version, int envoys, int acknowledged) {
    return new FleetSummary(version, Optional.of(version), Optional.empty(), envoys, acknowledged);
  }

  private static FleetSummary merged(FleetSummary own, FleetSummary other) {
    Said said = new Said(NOON, Map.of(CHAT, other));
    return FleetBoard.merged(Map.of(CHAT, own), Map.of("replica-b", said), NOON.plusSeconds(29))
        .getOrDefault(CHAT, own);
  }

  @Test
  void theEnvoysOfAllReplicasCount() {
    assertThat(merged(fleet("v1", 0, 0), fleet("v1", 2, 2))).isEqualTo(fleet("v1", 2, 2));
    assertThat(merged(fleet("v1", 3, 3), fleet("v1", 2, 1))).isEqualTo(fleet("v1", 5, 4));
  }

  @Test
  void envoysOfAReplicaThatIsBehindAreAwaited() {
    assertThat(merged(fleet("v2", 1, 1), fleet("v1", 2, 2))).isEqualTo(fleet("v2", 3, 1));
  }

  @Test
  void aRejectionIsHeardFromAnyReplicaUnlessItIsOfAnotherVersion() {
    Rejection rejection = new Rejection("v2", "envoy-7", "duplicate listener");
    FleetSummary rejecting =
        new FleetSummary("v2", Optional.of("v1"), Optional.of(rejection), 1, 1);

    assertThat(merged(fleet("v2", 1, 1), rejecting).rejection()).contains(rejection);
    assertThat(merged(fleet("v3", 1, 1), rejecting).rejection()).isEmpty();
  }

  @Test
  void whatIsNotRenewedForThirtySecondsDoesNotCount() {
    Map<String, Said> others = Map.of("gone", new Said(NOON, Map.of(CHAT, fleet("v1", 2, 2))));

    assertThat(FleetBoard.merged(Map.of(CHAT, fleet("v1", 1, 1)), others, NOON.plusSeconds(30)))
        .isEqualTo(Map.of(CHAT, fleet("v1", 1, 1)));
  }

  @Test
  void aFleetThatIsNotPublishedHereIsNotSpokenOf() {
    Map<String, Said> others = Map.of("ahead", new Said(NOON, Map.of(CODE, fleet("v1", 2, 2))));

    assertThat(FleetBoard.merged(Map.of(), others, NOON)).isEmpty();
  }

  @Test
  void whatIsSaidIsReadBack() {
    Said said =
        new Said(
            NOON,
            Map.of(
                CHAT,
                fleet("v1", 2, 1),
                CODE,
                new FleetSummary(
                    "v2",
                    Optional.empty(),
                    Optional.of(new Rejection("v2", "envoy-7", "no")),
                    1,
                    0)));

    assertThat(FleetBoardCodec.read(FleetBoardCodec.write(said))).contains(said);
  }

  @Test
  void whatAnotherVersionSaysIsLeftOut() {
    assertThat(FleetBoardCodec.read("not JSON")).isEmpty();
    assertThat(FleetBoardCodec.read("{\"at\": \"yesterday\"}")).isEmpty();
    assertThat(FleetBoardCodec.read("{\"at\": \"%s\", \"fleets\": {\"CHAT\": {}}}".formatted(NOON)))
        .isEmpty();
  }
}
