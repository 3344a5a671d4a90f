package dev.sluice.app.explain;

import static dev.sluice.app.explain.ExplainScene.acked;
import static dev.sluice.app.explain.ExplainScene.nacked;
import static dev.sluice.app.explain.ExplainScene.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.BudgetLeft;
import org.junit.jupiter.api.Test;

class TablesTest {

  @Test
  void proxiesSayWhatEachEnvoyWasSentAndAnswered() {
    JsonNode page =
        ProxiesJson.of(
            ExplainScene.calm()
                .envoy(
                    node("envoy-1", true, acked(3)),
                    node("envoy-2", false, nacked("no such field")))
                .at(5));

    assertThat(page.at("/fleets/0/nodes/0/types/0/acked").asText()).isEqualTo("0000000000000002");
    assertThat(page.at("/fleets/0/nodes/0/types/0/ackedAt").asText())
        .isEqualTo("2026-01-01T00:00:03Z");
    assertThat(page.at("/fleets/0/nodes/1/types/0/nack").asText()).isEqualTo("no such field");
  }

  @Test
  void anEnvoyThatWaitsIsToldWhichRouterItMayMean() {
    JsonNode page = ProxiesJson.of(ExplainScene.calm().waits("envoy-1", "default/chta").at(5));

    assertThat(page.at("/waiting/0/why").asText())
        .isEqualTo(
            "no ModelRouter is called like its node.cluster, \"default/chta\" (expected:"
                + " default/chat)");
  }

  @Test
  void theWorstServiceIsOnTopWithItsShareAndItsRequests() {
    JsonNode page =
        TopJson.of(
            ExplainScene.breached()
                .budget(new BudgetLeft.Known(ExplainScene.START, 0.63))
                .envoy()
                .served(300, 900)
                .at(20));

    assertThat(page.at("/services/0/service").asText()).isEqualTo("default/slow");
    assertThat(page.at("/services/0/burnRate").asDouble()).isEqualTo(29);
    assertThat(page.at("/services/0/budgetLeft").asDouble()).isEqualTo(0.63);
    assertThat(page.at("/services/1").has("budgetLeft")).isFalse();
    assertThat(page.at("/services/0/share").asDouble()).isEqualTo(0.25);
    assertThat(page.at("/services/0/servedRatio").asDouble()).isEqualTo(0.25);
    assertThat(page.at("/services/0/requestsPerSecond").asDouble()).isEqualTo(5);
    assertThat(page.at("/services/1/state").asText()).isEqualTo("WithinBudget");
  }

  @Test
  void withoutReportsThereIsNoFigureOfRequests() {
    JsonNode page = TopJson.of(ExplainScene.breached().at(20));

    assertThat(page.at("/services/0").has("requestsPerSecond")).isFalse();
    assertThat(page.at("/services/0").has("servedRatio")).isFalse();
  }
}
