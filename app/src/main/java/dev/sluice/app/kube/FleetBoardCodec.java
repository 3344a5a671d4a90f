package dev.sluice.app.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.RouterRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one replica says of its fleets, as JSON. */
final class FleetBoardCodec {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_WORDS = 300;

  private FleetBoardCodec() {}

  /**
   * What a replica said.
   *
   * @param at when
   */
  record Said(Instant at, Map<RouterRef, FleetSummary> fleets) {
    Said {
      fleets = Map.copyOf(fleets);
    }
  }

  static String write(Said said) {
    ObjectNode root = JSON.createObjectNode().put("at", said.at().toString());
    ObjectNode fleets = root.putObject("fleets");
    new TreeMap<>(said.fleets())
        .forEach((fleet, summary) -> fleets.set(fleet.toString(), write(summary)));
    return root.toString();
  }

  private static ObjectNode write(FleetSummary summary) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("wanted", summary.wanted())
            .put("envoys", summary.envoys())
            .put("acknowledged", summary.acknowledged());
    summary.served().ifPresent(served -> node.put("served", served));
    summary
        .rejection()
        .ifPresent(
            rejection ->
                node.putObject("rejection")
                    .put("version", rejection.version())
                    .put("envoy", rejection.envoy())
                    .put("words", trimmed(rejection.words())));
    return node;
  }

  private static String trimmed(String words) {
    return words.length() <= MOST_WORDS ? words : words.substring(0, MOST_WORDS);
  }

  /** What was said; empty if it can't be read: a replica of another version may have said it. */
  static Optional<Said> read(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      Map<RouterRef, FleetSummary> fleets = new HashMap<>();
      for (Map.Entry<String, JsonNode> fleet : root.path("fleets").properties()) {
        fleets.put(RouterRef.parse(fleet.getKey()), readSummary(fleet.getValue()));
      }
      return Optional.of(new Said(Instant.parse(root.path("at").asText()), fleets));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static FleetSummary readSummary(JsonNode node) {
    JsonNode rejection = node.path("rejection");
    return new FleetSummary(
        node.path("wanted").asText(),
        Optional.ofNullable(node.path("served").textValue()),
        rejection.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new FleetSummary.Rejection(
                    rejection.path("version").asText(),
                    rejection.path("envoy").asText(),
                    rejection.path("words").asText())),
        node.path("envoys").asInt(),
        node.path("acknowledged").asInt());
  }
}
