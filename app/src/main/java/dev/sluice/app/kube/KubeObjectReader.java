package dev.sluice.app.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.model.ServiceRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps of an object what is read, and drops the rest: LLMKube stamps the status of an
 * InferenceService on every pass, which must not look like a change of the world.
 */
final class KubeObjectReader {

  private static final String OUR_ANNOTATIONS = "sluice.dev/";
  private static final String ROLLOUT_DEFERRED = "RolloutDeferred";
  private static final List<String> FOLLOWED =
      List.of(
          "agentRef",
          "execution",
          "inferenceServiceRef",
          "priority",
          "provider",
          "providerConfig",
          "requiredCapability");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private KubeObjectReader() {}

  static ObjectKey key(WatchedKind kind, GenericKubernetesResource resource) {
    ObjectMeta metadata = resource.getMetadata();
    return new ObjectKey(kind, metadata.getNamespace(), metadata.getName());
  }

  static KubeObject read(WatchedKind kind, GenericKubernetesResource resource) {
    ObjectKey key = key(kind, resource);
    ObjectMeta metadata = resource.getMetadata();
    Fields fields = Fields.of(resource);
    Long generation = metadata.getGeneration();
    return new KubeObject(
        key,
        String.valueOf(metadata.getUid()),
        generation == null ? 0 : generation,
        text(key, metadata, fields),
        subject(key, fields),
        ownStatus(kind, fields),
        kind == WatchedKind.INFERENCE_SLO
            ? TargetsReport.read(fields.at("status"))
            : new TreeMap<>());
  }

  private static Optional<ServiceRef> subject(ObjectKey key, Fields fields) {
    return switch (key.kind()) {
      case INFERENCE_SERVICE -> Optional.of(new ServiceRef(key.namespace(), key.name()));
      case INFERENCE_SLO ->
          fields
              .at("spec")
              .at("targetRef")
              .text("name")
              // A name that can't be one is a problem of the world already.
              .flatMap(name -> ServiceRef.tryOf(key.namespace(), name));
      case MODEL_ROUTER,
          MODEL_POOL,
          SERVICE_LEVEL_OBJECTIVE,
          AGENT,
          AGENTIC_TASK,
          SERVICE,
          ENDPOINT_SLICE ->
          Optional.empty();
    };
  }

  private static SortedMap<String, String> ownStatus(WatchedKind kind, Fields fields) {
    if (kind == WatchedKind.MODEL_ROUTER) {
      return Condition.read(fields.at("status"), OwnStatuses.types(kind));
    }
    return StatusPlace.of(kind)
        .map(place -> place.read(fields.at("status")))
        .orElse(new TreeMap<>());
  }

  /** A Secret as a manifest, with these of its keys. */
  static String secretText(SecretWatches.Name secret, Map<String, String> data) {
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("apiVersion", "v1");
    kept.put("kind", "Secret");
    kept.put("metadata", Map.of("namespace", secret.namespace(), "name", secret.name()));
    kept.put("data", data);
    try {
      return JSON.writeValueAsString(kept);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(secret + ": can't be written"); // the cause would quote it
    }
  }

  private static String text(ObjectKey key, ObjectMeta metadata, Fields fields) {
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("apiVersion", key.kind().apiVersion());
    kept.put("kind", key.kind().word());
    kept.put("metadata", metadata(key, metadata));
    key.kind().kept().forEach(name -> fields.value(name).ifPresent(value -> kept.put(name, value)));
    if (key.kind() == WatchedKind.INFERENCE_SERVICE) {
      kept.put("spec", only(fields.at("spec"), List.of("suspend", "replicas", "runtime")));
      kept.put("status", serviceStatus(fields.at("status")));
    }
    if (key.kind().isForemans()) {
      // Never the prompts.
      kept.put("spec", only(fields.at("spec"), FOLLOWED));
    }
    try {
      return JSON.writeValueAsString(kept);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(key + ": came as JSON and can't be written", impossible);
    }
  }

  private static Map<String, Object> metadata(ObjectKey key, ObjectMeta metadata) {
    Map<String, String> annotations = new LinkedHashMap<>();
    metadata
        .getAnnotations()
        .forEach(
            (name, value) -> {
              if (name.startsWith(OUR_ANNOTATIONS)) {
                annotations.put(name, value);
              }
            });
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("namespace", key.namespace());
    kept.put("name", key.name());
    kept.put("labels", metadata.getLabels());
    kept.put("annotations", annotations);
    if (key.kind() == WatchedKind.SERVICE_LEVEL_OBJECTIVE) {
      kept.put("ownerReferences", metadata.getOwnerReferences());
    }
    return kept;
  }

  private static Map<String, Object> serviceStatus(Fields status) {
    Map<String, Object> kept = new LinkedHashMap<>(only(status, List.of("phase")));
    Map<String, Object> deferred =
        only(status.condition(ROLLOUT_DEFERRED), List.of("type", "status"));
    kept.put("conditions", deferred.isEmpty() ? List.of() : List.of(deferred));
    return kept;
  }

  private static Map<String, Object> only(Fields fields, List<String> names) {
    Map<String, Object> kept = new LinkedHashMap<>();
    names.forEach(name -> fields.value(name).ifPresent(value -> kept.put(name, value)));
    return kept;
  }
}
