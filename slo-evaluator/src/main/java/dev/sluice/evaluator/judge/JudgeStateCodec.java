package dev.sluice.evaluator.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Judge states as JSON, so that a restart changes nothing.
 *
 * <p>Shape: {@code {"version": 1, "tracks": [{"service": "ns/name", "replica": "pod", "verdict":
 * {...}, "held": {...}, "burning": ["ns/slo"], "clearSince": "...", "clearFor": "PT2M", ...}]}};
 * instants and durations in ISO 8601.
 */
public final class JudgeStateCodec {

  private static final int VERSION = 1;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JudgeStateCodec() {}

  /** Writes a state. */
  public static ObjectNode write(JudgeState state) {
    ObjectNode root = JSON.objectNode().put("version", VERSION);
    var tracks = root.putArray("tracks");
    state
        .services()
        .forEach(service -> service.forEach((subject, track) -> tracks.add(write(subject, track))));
    return root;
  }

  /**
   * Reads a state back.
   *
   * @throws IllegalArgumentException if it isn't one of this version; the message says why
   */
  public static JudgeState read(JsonNode root) {
    int version = root.path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "judge state: version " + version + " (expected: " + VERSION + ")");
    }
    SortedMap<ServiceRef, Track> wholes = new TreeMap<>();
    Map<ServiceRef, SortedMap<String, Track>> replicas = new HashMap<>();
    try {
      for (JsonNode node : root.path("tracks")) {
        ServiceRef service = ServiceRef.parse(text(node, "service"));
        if (node.has("replica")) {
          replicas
              .computeIfAbsent(service, _ -> new TreeMap<>())
              .put(text(node, "replica"), readTrack(node));
        } else {
          wholes.put(service, readTrack(node));
        }
      }
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException("judge state: " + malformed.getMessage(), malformed);
    }
    List<ServiceTracks> services = new ArrayList<>();
    wholes.forEach(
        (service, whole) ->
            services.add(
                new ServiceTracks(
                    service, whole, replicas.getOrDefault(service, new TreeMap<>()))));
    return new JudgeState(services);
  }

  private static ObjectNode write(Subject subject, Track track) {
    ObjectNode node = JSON.objectNode().put("service", subject.service().toString());
    subject.replica().ifPresent(name -> node.put("replica", name));
    track.verdict().ifPresent(verdict -> node.set("verdict", write(verdict)));
    track.held().ifPresent(breach -> node.set("held", write(breach)));
    var burning = node.putArray("burning");
    track.burning().stream().sorted().forEach(ref -> burning.add(ref.toString()));
    put(node, "clearSince", track.clearSince());
    node.put("clearFor", track.clearFor().toString());
    put(node, "decayedAt", track.decayedAt());
    put(node, "evidenceAt", track.evidenceAt());
    return node;
  }

  private static ObjectNode write(Verdict verdict) {
    ObjectNode node =
        JSON.objectNode()
            .put("state", verdict.state().word())
            .put("since", verdict.since().toString())
            .put("decision", verdict.decision().text());
    var findings = node.putArray("findings");
    verdict.findings().forEach(finding -> findings.add(write(finding)));
    switch (verdict) {
      case Verdict.Breached breached -> {
        node.put("tier", breached.tier().name());
        var indicators = node.putArray("indicators");
        breached.indicators().forEach(indicator -> indicators.add(indicator.name()));
      }
      case Verdict.Unknown unknown ->
          node.put("cause", unknown.cause().name())
              .put("held", unknown.held().word())
              .put("holdUntil", unknown.holdUntil().toString());
      case Verdict.WithinBudget _, Verdict.AtRisk _, Verdict.Recovering _ -> {}
    }
    return node;
  }

  private static ObjectNode write(Finding finding) {
    ObjectNode node = JSON.objectNode().put("objective", finding.objective().toString());
    finding.tier().ifPresent(tier -> node.put("tier", tier.name()));
    finding.burnRate().ifPresent(rate -> node.put("burnRate", rate));
    return node.put("words", finding.words());
  }

  private static void put(ObjectNode node, String field, Optional<Instant> instant) {
    instant.ifPresent(at -> node.put(field, at.toString()));
  }

  private static Track readTrack(JsonNode node) {
    return new Track(
        node.has("verdict") ? Optional.of(readVerdict(node.get("verdict"))) : Optional.empty(),
        node.has("held") ? Optional.of(readBreach(node.get("held"))) : Optional.empty(),
        list(node, "burning")
            .map(child -> ObjectiveRef.parse(child.asText()))
            .collect(Collectors.toUnmodifiableSet()),
        optional(node, "clearSince", Instant::parse),
        Duration.parse(text(node, "clearFor")),
        optional(node, "decayedAt", Instant::parse),
        optional(node, "evidenceAt", Instant::parse));
  }

  private static Verdict readVerdict(JsonNode node) {
    Instant since = Instant.parse(text(node, "since"));
    DecisionId decision = new DecisionId(text(node, "decision"));
    List<Finding> findings = list(node, "findings").map(JudgeStateCodec::readFinding).toList();
    return switch (VerdictState.ofWord(text(node, "state"))) {
      case WITHIN_BUDGET -> new Verdict.WithinBudget(since, decision, findings);
      case AT_RISK -> new Verdict.AtRisk(since, decision, findings);
      case RECOVERING -> new Verdict.Recovering(since, decision, findings);
      case BREACHED ->
          new Verdict.Breached(
              since,
              decision,
              findings,
              BurnRateTier.valueOf(text(node, "tier")),
              list(node, "indicators").map(child -> Indicator.valueOf(child.asText())).toList());
      case UNKNOWN ->
          new Verdict.Unknown(
              since,
              decision,
              findings,
              UnknownCause.valueOf(text(node, "cause")),
              VerdictState.ofWord(text(node, "held")),
              Instant.parse(text(node, "holdUntil")));
    };
  }

  private static Verdict.Breached readBreach(JsonNode node) {
    if (readVerdict(node) instanceof Verdict.Breached breach) {
      return breach;
    }
    throw new IllegalArgumentException(
        "judge state: held: " + text(node, "state") + " (expected: Breached)");
  }

  private static Finding readFinding(JsonNode node) {
    return new Finding(
        ObjectiveRef.parse(text(node, "objective")),
        optional(node, "tier", BurnRateTier::valueOf),
        node.has("burnRate")
            ? OptionalDouble.of(node.get("burnRate").asDouble())
            : OptionalDouble.empty(),
        text(node, "words"));
  }

  private static String text(JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw new IllegalArgumentException("judge state: no text field \"" + field + "\"");
    }
    return node.get(field).asText();
  }

  private static <T> Optional<T> optional(JsonNode node, String field, Function<String, T> reader) {
    return node.has(field) ? Optional.of(reader.apply(text(node, field))) : Optional.empty();
  }

  private static Stream<JsonNode> list(JsonNode node, String field) {
    return StreamSupport.stream(node.path(field).spliterator(), false);
  }
}
