package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What statuses say of Sluice's, and how it is taken out. Not by an empty apply: LLMKube writes
 * back whole statuses, and what it wrote would then stay as its own.
 */
final class OwnStatuses {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String CONDITIONS = "conditions";
  private static final int TRIES = 5;

  private final KubernetesClient client;

  OwnStatuses(KubernetesClient client) {
    this.client = client;
  }

  /** The conditions of ours on a kind; an InferenceSLO's status is ours as a whole. */
  static List<String> types(WatchedKind kind) {
    return switch (kind) {
      case INFERENCE_SERVICE -> List.of(StatusPlace.BreachedCondition.TYPE);
      case MODEL_ROUTER -> List.of(RoutingCondition.TYPE, Adoption.TYPE, ManagedFleet.TYPE);
      case INFERENCE_SLO,
          MODEL_POOL,
          SERVICE_LEVEL_OBJECTIVE,
          AGENT,
          AGENTIC_TASK,
          SERVICE,
          ENDPOINT_SLICE ->
          List.of();
    };
  }

  /** Whether there is anything of ours in an object's status. */
  static boolean isMarked(WatchedKind kind, GenericKubernetesResource object) {
    Fields status = Fields.of(object).at("status");
    return kind == WatchedKind.INFERENCE_SLO
        ? !status.values().isEmpty()
        : types(kind).stream().anyMatch(type -> !status.condition(type).values().isEmpty());
  }

  /**
   * Takes it out, and nothing else; an object that is gone has none.
   *
   * @throws KubernetesClientException if the API server says no
   */
  void clear(ObjectKey key) {
    Resource<GenericKubernetesResource> place = ServerSideApply.object(client, key);
    for (int tried = 1; ; tried++) {
      Optional<GenericKubernetesResource> there =
          Optional.ofNullable(place.get()).filter(object -> isMarked(key.kind(), object));
      if (there.isEmpty()) {
        return;
      }
      try {
        place
            .subresource("status")
            .patch(PatchContext.of(PatchType.JSON_MERGE), patch(key.kind(), there.get()));
        return;
      } catch (KubernetesClientException failure) {
        // Somebody wrote in between: what they wrote must not be lost.
        if (failure.getCode() != HttpURLConnection.HTTP_CONFLICT || tried == TRIES) {
          throw failure;
        }
      }
    }
  }

  private static String patch(WatchedKind kind, GenericKubernetesResource object) {
    ObjectNode patch = JSON.createObjectNode();
    patch.putObject("metadata").put("resourceVersion", object.getMetadata().getResourceVersion());
    if (kind == WatchedKind.INFERENCE_SLO) {
      patch.putNull("status");
    } else {
      patch.putObject("status").set(CONDITIONS, JSON.valueToTree(others(kind, object)));
    }
    return patch.toString();
  }

  private static List<Map<?, ?>> others(WatchedKind kind, GenericKubernetesResource object) {
    Stream<Fields> conditions = Fields.of(object).at("status").items(CONDITIONS).stream();
    return conditions
        .filter(it -> it.text("type").filter(types(kind)::contains).isEmpty())
        .<Map<?, ?>>map(Fields::values)
        .toList();
  }
}
