package dev.sluice.app.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.evaluator.render.PyrraRenderer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * A Pyrra ServiceLevelObjective of the cluster, whoever wrote it.
 *
 * @param json what is kept of it
 */
record LiveObjective(KubeObject object, JsonNode json) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String OWNERS = "ownerReferences";

  static LiveObjective of(KubeObject object) {
    try {
      return new LiveObjective(object, JSON.readTree(object.text()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(object.key() + ": was kept as JSON", impossible);
    }
  }

  /** The object, with an InferenceSLO as its controller: gone with it, where one collects. */
  static Map<String, Object> ownedBy(KubeObject slo, Map<String, Object> document) {
    Map<String, Object> owner =
        Map.of(
            "apiVersion", WatchedKind.INFERENCE_SLO.apiVersion(),
            "kind", WatchedKind.INFERENCE_SLO.word(),
            "name", slo.key().name(),
            "uid", slo.uid(),
            "controller", true);
    Map<String, Object> metadata = new LinkedHashMap<>();
    if (document.get("metadata") instanceof Map<?, ?> written) {
      written.forEach((name, value) -> metadata.put(String.valueOf(name), value));
    }
    metadata.put(OWNERS, List.of(owner));
    Map<String, Object> owned = new LinkedHashMap<>(document);
    owned.put("metadata", metadata);
    return owned;
  }

  /** Whether it has the label by which ours are told from others. */
  boolean isOurs() {
    Map<String, String> labels = new TreeMap<>();
    json.at("/metadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return PyrraRenderer.isOurs(labels);
  }

  /** The InferenceSLO that controls it. */
  Optional<ObjectKey> owner() {
    return StreamSupport.stream(json.at("/metadata/" + OWNERS).spliterator(), false)
        .filter(owner -> owner.path("controller").asBoolean())
        .filter(owner -> owner.path("kind").asText().equals(WatchedKind.INFERENCE_SLO.word()))
        .map(
            owner ->
                new ObjectKey(
                    WatchedKind.INFERENCE_SLO,
                    object.key().namespace(),
                    owner.path("name").asText()))
        .findFirst();
  }

  /** Whether it says all of this; the API server adds its defaults, and others what they like. */
  boolean says(Map<String, Object> body) {
    return JsonParts.contains(json, JSON.valueToTree(body));
  }
}
