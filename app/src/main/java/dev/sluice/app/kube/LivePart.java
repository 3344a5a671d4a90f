package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.fleets.FleetKind;
import dev.sluice.app.fleets.FleetPart;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An object of the cluster that has the name of a fleet's.
 *
 * @param uid tells it from a later object of the same name
 * @param revision changes with what it says; with the status too where the API server counts no
 *     generations
 * @param ownerUid of the ModelRouter that controls it; empty if none does
 */
record LivePart(
    FleetPart.Key key, String uid, String revision, Optional<String> ownerUid, JsonNode json) {

  private static final JsonMapper JSON = new JsonMapper();

  static LivePart of(FleetKind kind, GenericKubernetesResource object) {
    ObjectMeta metadata = object.getMetadata();
    return new LivePart(
        new FleetPart.Key(kind, metadata.getNamespace(), metadata.getName()),
        metadata.getUid(),
        metadata.getGeneration() == null
            ? metadata.getResourceVersion()
            : "generation " + metadata.getGeneration(),
        metadata.getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()))
            .filter(owner -> owner.getKind().equals(WatchedKind.MODEL_ROUTER.word()))
            .map(owner -> owner.getUid())
            .findFirst(),
        JSON.valueToTree(object));
  }

  /** Whether it says all that the part does. */
  boolean says(FleetPart part) {
    return JsonParts.contains(json, JSON.valueToTree(part.body()));
  }

  /** Whether a field is this manager's, by the way to it in {@code fieldsV1}. */
  boolean isOwnedBy(String manager, String... way) {
    return StreamSupport.stream(json.at("/metadata/managedFields").spliterator(), false)
        .filter(entry -> entry.path("manager").asText().equals(manager))
        .map(entry -> entry.path("fieldsV1"))
        .anyMatch(fields -> !fields.at("/" + String.join("/", way)).isMissingNode());
  }

  /** How many pods of a Deployment are ready. */
  int readyPods() {
    return json.at("/status/readyReplicas").asInt(0);
  }
}
