package dev.sluice.app.explain;

import static dev.sluice.app.explain.ExplainScene.SLOW;
import static dev.sluice.app.explain.ExplainScene.acked;
import static dev.sluice.app.explain.ExplainScene.nacked;
import static dev.sluice.app.explain.ExplainScene.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.loop.Event;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.AlertState;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.ServiceRef;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ExplainJsonTest {

  @Test
  void theChainGoesFromTheObjectiveToTheServedShareAndSaysWhen() {
    JsonNode chain =
        chain(
            ExplainScene.breached().envoy(node("envoy-1", true, acked(11))).served(30, 70).at(20));

    assertThat(kinds(chain))
        .containsExactly(
            "objective", "evidence", "verdict", "share", "snapshot", "ack", "served", "dispatch");
    assertThat(words(chain, "objective"))
        .isEqualTo(
            "slow-errors: 99% over 4w (errors); burns 29.0x its budget over 5m; fast firing (14x"
                + " over 5m and 1h; active since 2026-01-01T00:00:09Z, 10s)");
    assertThat(link(chain, "objective").at("/alerts/0/activeAt").asText())
        .isEqualTo("2026-01-01T00:00:09.250Z");
    assertThat(words(chain, "verdict"))
        .isEqualTo(
            "Breached, slow-errors burns 29.0x its error budget over 5m, fast alert firing (14x over"
                + " 5m and 1h); decision "
                + chain.path("decision").asText());
    assertThat(words(chain, "share"))
        .startsWith("default/chat, rule all, backend a: declared weight ")
        .contains(", keeps 25% of that: 125 of 1000");
    assertThat(words(chain, "snapshot"))
        .isEqualTo(
            "default/chat: wanted 0000000000000002, served, acknowledged; 1 of 1 Envoys have what"
                + " is served");
    assertThat(words(chain, "ack"))
        .isEqualTo("Envoy envoy-1: has all of it, last acknowledged eds 0000000000000002");
    assertThat(words(chain, "served"))
        .isEqualTo(
            "default/chat, rule all: a got 30.0% of 100 requests in the last minute, which began before its share");
    assertThat(words(chain, "dispatch"))
        .isEqualTo("work of ordinary priority is deferred (BREACHED)");
    assertThat(link(chain, "verdict").path("at").asText()).isEqualTo("2026-01-01T00:00:10Z");
    assertThat(link(chain, "ack").path("at").asText()).isEqualTo("2026-01-01T00:00:11Z");
    assertThat(missing(chain)).isEmpty();
  }

  @Test
  void theBudgetThatIsLeftIsSaidOrWhyItIsNotKnown() {
    ExplainScene scene = ExplainScene.breached();

    assertThat(
            words(
                chain(scene.budget(new BudgetLeft.Known(ExplainScene.START, 0.634)).at(20)),
                "objective"))
        .startsWith("slow-errors: 99% over 4w (errors), budget left 63%; burns");
    assertThat(
            words(
                chain(scene.budget(new BudgetLeft.Known(ExplainScene.START, -0.4)).at(20)),
                "objective"))
        .contains("budget overspent by 40%");
    assertThat(
            words(
                chain(
                    scene.budget(new BudgetLeft.NotKnown(ExplainScene.START, "no series")).at(20)),
                "objective"))
        .contains("budget left not known (no series)");
  }

  @Test
  void whatIsMissingSaysWhatToCheck() {
    JsonNode chain = chain(ExplainScene.breached().envoy().at(20));

    assertThat(missing(chain)).containsExactly("ack", "served");
    assertThat(words(chain, "ack")).isEqualTo("no Envoy of fleet default/chat is connected");
    assertThat(link(chain, "ack").path("check").asText())
        .startsWith("./sluice bootstrap default/chat");
    assertThat(words(chain, "served")).contains("has reported a request in the last minute");
  }

  @Test
  void aRuleThatNothingMatchesIsNotMissedWhileOthersAreUsed() {
    JsonNode chain =
        chain(
            ExplainScene.breached()
                .envoy(node("envoy-1", true, acked(11)))
                .served("other", 30, 70)
                .at(20));

    assertThat(missing(chain)).isEmpty();
    assertThat(words(chain, "served"))
        .isEqualTo(
            "default/chat, rule all: no request of the last minute matched it, others had some");
  }

  @Test
  void aBreachWhoseAlertIsClearSaysWhatItStillWaitsFor() {
    JsonNode chain = chain(ExplainScene.breached().observe(70, AlertState.INACTIVE, 0).at(70));

    assertThat(words(chain, "verdict"))
        .startsWith("Breached, ")
        .contains("clear for 0s of 2m, 100 of 20 requests seen");
  }

  @Test
  void anEnvoyThatRefusesIsQuoted() {
    JsonNode chain =
        chain(
            ExplainScene.breached()
                .rejectedBy(
                    node("envoy-1", false, nacked("weight: too large")), "weight: too large")
                .at(20));

    assertThat(words(chain, "snapshot"))
        .contains("wanted 0000000000000002, served 0000000000000001, acknowledged")
        .contains("envoy-1 rejected 0000000000000002: weight: too large");
    assertThat(words(chain, "ack")).contains("NACK of eds: weight: too large;");
  }

  @Test
  void whileNothingIsKnownItSaysWhatIsHeldAndUntilWhen() {
    JsonNode chain =
        chain(
            ExplainScene.breached()
                .post(
                    60,
                    new Event.Observed(
                        new Observation.Failed(
                            ExplainScene.START.plusSeconds(60), "connection refused")))
                .at(61));

    assertThat(words(chain, "evidence")).isEqualTo("Prometheus gave no answer: connection refused");
    assertThat(words(chain, "verdict"))
        .startsWith("Unknown, ")
        .contains("what Breached led to is held until");
    assertThat(link(chain, "verdict").path("held").asText()).isEqualTo("Breached");
    assertThat(words(chain, "objective")).contains("last known: ");
  }

  @Test
  void heldAgentsOfTheServiceAreListedAndNoOthers() {
    HeldAgent agent =
        new HeldAgent("default/coder", "d1", Optional.of(ExplainScene.START), List.of(SLOW));

    Sight sight = ExplainScene.breached().holds(agent).at(20);

    assertThat(words(chain(sight), "held"))
        .isEqualTo("Agent default/coder is held by d1, until 2026-01-01T00:00:00Z");
    assertThat(kinds(ExplainJson.of(ExplainScene.FINE, sight).orElseThrow()))
        .doesNotContain("held");
  }

  @Test
  void aFollowerSaysWhoLeads() {
    JsonNode chain = chain(ExplainScene.following().at(1));

    assertThat(chain.path("role").asText()).isEqualTo("follower");
    assertThat(words(chain, "role")).startsWith("this replica follows sluice-1: ");
    assertThat(missing(chain)).contains("verdict");
  }

  @Test
  void anUnknownServiceNamesThoseThatAreClose() {
    Sight sight = ExplainScene.calm().at(1);
    ServiceRef mistyped = new ServiceRef("default", "slwo");

    assertThat(ExplainJson.of(mistyped, sight)).isEmpty();
    assertThat(ExplainJson.unknown(mistyped, sight).path("error").asText())
        .isEqualTo("InferenceService default/slwo is not known (expected: one like default/slow)");
  }

  private static JsonNode chain(Sight sight) {
    return ExplainJson.of(SLOW, sight).orElseThrow();
  }

  private static List<JsonNode> links(JsonNode chain) {
    return StreamSupport.stream(chain.path("links").spliterator(), false).toList();
  }

  private static List<String> kinds(JsonNode chain) {
    return links(chain).stream().map(link -> link.path("link").asText()).toList();
  }

  private static List<String> missing(JsonNode chain) {
    return links(chain).stream()
        .filter(link -> link.path("missing").asBoolean())
        .map(link -> link.path("link").asText())
        .toList();
  }

  private static JsonNode link(JsonNode chain, String kind) {
    return links(chain).stream()
        .filter(link -> link.path("link").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static String words(JsonNode chain, String kind) {
    return link(chain, kind).path("words").asText();
  }
}
