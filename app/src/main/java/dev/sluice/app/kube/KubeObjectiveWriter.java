package dev.sluice.app.kube;

import dev.sluice.evaluator.render.PyrraRenderer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes objectives and conditions by server-side apply, each under a name of its own: an apply
 * takes back what the same name said before and says no longer, so two writers of one status need
 * two.
 *
 * <ul>
 *   <li><i>Thread</i>: the caller's, which it blocks.
 *   <li><i>On failure</i>: an answer of its own, never an exception of the client.
 *   <li><i>On shutdown</i>: an interrupt ends a call as {@link StatusWriter.Outcome.Away}.
 * </ul>
 */
final class KubeObjectiveWriter implements ObjectiveWriter {

  private static final String OBJECTIVES = "sluice";
  private static final String CONDITIONS = "sluice-objectives";
  private static final PatchContext NEW = apply(OBJECTIVES, false);
  private static final PatchContext OURS = apply(OBJECTIVES, true);
  private static final PatchContext CONDITION = apply(CONDITIONS, true);

  private final KubernetesClient client;

  KubeObjectiveWriter(KubernetesClient client) {
    this.client = client;
  }

  private static PatchContext apply(String manager, boolean force) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(force)
        .build();
  }

  @Override
  public StatusWriter.Outcome write(ObjectiveWrite write) {
    return KubeStatusWriter.outcome(() -> call(write));
  }

  private void call(ObjectiveWrite write) {
    switch (write) {
      case ObjectiveWrite.Apply(ObjectKey key, Optional<String> uid, Map<String, Object> body) -> {
        GenericKubernetesResource patch = patch(body);
        // With a uid, the API server refuses to write over an object that took the place of ours;
        // without force, it refuses to write over one that turned up meanwhile.
        uid.ifPresent(patch.getMetadata()::setUid);
        object(key).patch(uid.isPresent() ? OURS : NEW, patch);
      }
      case ObjectiveWrite.Delete(ObjectKey key, String uid) -> delete(key, uid);
      case ObjectiveWrite.Say say -> {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("apiVersion", say.key().kind().apiVersion());
        body.put("kind", say.key().kind().word());
        body.put("metadata", Map.of("namespace", say.key().namespace(), "name", say.key().name()));
        body.put("status", TargetsReport.body(say.texts()));
        object(say.key()).subresource("status").patch(CONDITION, patch(body));
      }
    }
  }

  private static GenericKubernetesResource patch(Map<String, Object> body) {
    return Serialization.unmarshal(Serialization.asJson(body), GenericKubernetesResource.class);
  }

  private Resource<GenericKubernetesResource> object(ObjectKey key) {
    return client
        .genericKubernetesResources(key.kind().context())
        .inNamespace(key.namespace())
        .withName(key.name());
  }

  /** Deletes the version that is there now, if it is still the same object and still ours. */
  private void delete(ObjectKey key, String uid) {
    GenericKubernetesResource there = object(key).get();
    if (there != null
        && uid.equals(there.getMetadata().getUid())
        && PyrraRenderer.isOurs(there.getMetadata().getLabels())) {
      object(key).lockResourceVersion(there.getMetadata().getResourceVersion()).delete();
    }
  }
}
