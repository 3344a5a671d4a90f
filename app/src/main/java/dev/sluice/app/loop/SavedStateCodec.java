package dev.sluice.app.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.evaluator.judge.JudgeStateCodec;
import dev.sluice.model.RouterRef;
import dev.sluice.model.Share;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is remembered, as JSON: {@code {"version": 1, "revision": 7, "judge": {...}, "shares":
 * {"ns/router": {"rule": {"changedAt": "...", "backends": {"a": {"wanted": 1, "share": 1, "weight":
 * 500, "replicas": {}}}}}}}}. A rule whose primary is late has {@code lateness} too. Notes of
 * guards aren't kept: the next turn makes them anew.
 */
public final class SavedStateCodec {

  private static final int VERSION = 1;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SavedStateCodec() {}

  /** Writes a state. */
  public static ObjectNode write(SavedState state) {
    ObjectNode root = JSON.objectNode().put("version", VERSION).put("revision", state.revision());
    root.set("judge", JudgeStateCodec.write(state.judge()));
    ObjectNode shares = root.putObject("shares");
    state.shares().forEach((router, rules) -> write(shares.putObject(router.toString()), rules));
    return root;
  }

  private static void write(ObjectNode node, RouterShares router) {
    router
        .rules()
        .forEach(
            (name, rule) -> {
              ObjectNode ruleNode = node.putObject(name);
              rule.changedAt().ifPresent(at -> ruleNode.put("changedAt", at.toString()));
              rule.lateness()
                  .ifPresent(late -> ruleNode.set("lateness", LatenessCodec.write(late)));
              ObjectNode backends = ruleNode.putObject("backends");
              rule.backends()
                  .forEach((backend, share) -> write(backends.putObject(backend), share));
            });
  }

  private static void write(ObjectNode node, BackendShare backend) {
    node.put("wanted", backend.wanted().value())
        .put("share", backend.share().value())
        .put("weight", backend.weight());
    ObjectNode replicas = node.putObject("replicas");
    backend.replicas().forEach((name, share) -> replicas.put(name, share.value()));
  }

  /**
   * Reads a state back.
   *
   * @throws IllegalArgumentException if it isn't one of this version; the message says why
   */
  public static SavedState read(JsonNode root) {
    int version = root.path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
    }
    SortedMap<RouterRef, RouterShares> shares = new TreeMap<>();
    for (Map.Entry<String, JsonNode> router : root.path("shares").properties()) {
      shares.put(RouterRef.parse(router.getKey()), readRouter(router.getValue()));
    }
    return new SavedState(
        root.path("revision").asLong(), JudgeStateCodec.read(root.path("judge")), shares);
  }

  private static RouterShares readRouter(JsonNode node) {
    SortedMap<String, RuleShares> rules = new TreeMap<>();
    for (Map.Entry<String, JsonNode> rule : node.properties()) {
      SortedMap<String, BackendShare> backends = new TreeMap<>();
      for (Map.Entry<String, JsonNode> backend : rule.getValue().path("backends").properties()) {
        backends.put(backend.getKey(), readBackend(backend.getValue()));
      }
      rules.put(
          rule.getKey(),
          new RuleShares(
              backends,
              readChangedAt(rule.getValue()),
              List.of(),
              LatenessCodec.read(rule.getValue().path("lateness"))));
    }
    return new RouterShares(rules);
  }

  private static Optional<Instant> readChangedAt(JsonNode rule) {
    try {
      return rule.has("changedAt")
          ? Optional.of(Instant.parse(rule.path("changedAt").asText()))
          : Optional.empty();
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException("changedAt: " + malformed.getMessage(), malformed);
    }
  }

  private static BackendShare readBackend(JsonNode node) {
    SortedMap<String, Share> replicas = new TreeMap<>();
    for (Map.Entry<String, JsonNode> replica : node.path("replicas").properties()) {
      replicas.put(replica.getKey(), new Share(replica.getValue().asDouble()));
    }
    return new BackendShare(
        new Share(node.path("wanted").asDouble()),
        new Share(node.path("share").asDouble()),
        node.path("weight").asInt(),
        replicas);
  }
}
