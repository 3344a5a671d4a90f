package dev.sluice.app.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.xds.shares.Lateness;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How a rule's late primary is remembered, and shown, as JSON. */
public final class LatenessCodec {

  private LatenessCodec() {}

  /** Writes it. */
  public static ObjectNode write(Lateness late) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("backend", late.backend())
            .put("state", late.state().name())
            .put("since", late.since().toString())
            .put("p95Millis", late.p95().toMillis())
            .put("targetMillis", late.target().toMillis())
            .put("samples", late.samples());
    late.unprovenSince().ifPresent(at -> node.put("unprovenSince", at.toString()));
    return node;
  }

  /** Reads it back; empty if it isn't there. */
  static Optional<Lateness> read(JsonNode node) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Lateness(
              node.path("backend").asText(),
              Lateness.State.valueOf(node.path("state").asText()),
              Instant.parse(node.path("since").asText()),
              Duration.ofMillis(node.path("p95Millis").asLong()),
              Duration.ofMillis(node.path("targetMillis").asLong()),
              node.path("samples").asInt(),
              node.has("unprovenSince")
                  ? Optional.of(Instant.parse(node.path("unprovenSince").asText()))
                  : Optional.empty()));
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException("lateness: " + malformed.getMessage(), malformed);
    }
  }
}
