package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterWishTest {

  private static RouterWish wish(String annotations, String dataPlane) {
    return RouterWish.of(
        new KubeObject(
            new ObjectKey(WatchedKind.MODEL_ROUTER, "default", "chat"),
            "uid-1",
            1,
            "{\"metadata\": {\"annotations\": {%s}}, \"spec\": {\"dataPlane\": \"%s\"}}"
                .formatted(annotations, dataPlane),
            Optional.empty(),
            new TreeMap<>(),
            new TreeMap<>()));
  }

  private static RouterWish selecting(String selector) {
    return wish("\"sluice.dev/fleet-selector\": \"" + selector + "\"", "Proxy");
  }

  @Test
  void nothingIsAskedForUnlessItIsSaid() {
    RouterWish wish = wish("", "");

    assertThat(wish.adopts()).isFalse();
    assertThat(wish.fleet()).isEqualTo(Map.of("sluice.dev/fleet", "chat"));
    assertThat(wish.otherDataPlane()).isEmpty();
  }

  @Test
  void onlyTrueAsksForAdoption() {
    assertThat(wish("\"sluice.dev/adopt\": \"true\"", "Proxy").adopts()).isTrue();
    assertThat(wish("\"sluice.dev/adopt\": \"yes\"", "Proxy").adopts()).isFalse();
  }

  @Test
  void labelsNameTheFleet() {
    assertThat(selecting("app=envoy, example.org/router = chat").fleet())
        .isEqualTo(Map.of("app", "envoy", "example.org/router", "chat"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "app=envoy,", "=envoy", "app==envoy", "app in (envoy)", ","})
  void aSlipInTheLabelsIsNamedWithWhatIsAccepted(String selector) {
    assertThat(selecting(selector).fault())
        .contains(
            "metadata.annotations[sluice.dev/fleet-selector]: \""
                + selector
                + "\" (expected: labels, like app=envoy,router=chat)");
  }

  @Test
  void anotherDataPlaneIsKeptAsItIsWritten() {
    assertThat(wish("", "AgentGateway").otherDataPlane()).contains("AgentGateway");
  }
}
