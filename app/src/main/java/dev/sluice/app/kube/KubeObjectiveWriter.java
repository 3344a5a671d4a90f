package dev.sluice.app.kube;

import dev.sluice.evaluator.render.PyrraRenderer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.utils.Serialization;
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

  private static final PatchContext NEW = ServerSideApply.as(ServerSideApply.MANAGER, false);
  private static final PatchContext CONDITION = ServerSideApply.as("sluice-objectives", true);

  private final KubernetesClient client;

  KubeObjectiveWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public StatusWriter.Outcome write(ObjectiveWrite write) {
    return ServerSideApply.outcome(() -> call(write));
  }

  private void call(ObjectiveWrite write) {
    switch (write) {
      case ObjectiveWrite.Apply(ObjectKey key, Optional<String> uid, Map<String, Object> body) -> {
        GenericKubernetesResource patch = patch(body);
        // With a uid, the API server refuses to write over an object that took the place of ours;
        // without force, it refuses to write over one that turned up meanwhile.
        uid.ifPresent(patch.getMetadata()::setUid);
        object(key).patch(uid.isPresent() ? ServerSideApply.OVER_OTHERS : NEW, patch);
      }
      case ObjectiveWrite.Delete(ObjectKey key, String uid) -> delete(key, uid);
      case ObjectiveWrite.Say say ->
          ServerSideApply.status(client, say.key(), CONDITION, TargetsReport.body(say.texts()));
    }
  }

  private static GenericKubernetesResource patch(Map<String, Object> body) {
    return Serialization.unmarshal(Serialization.asJson(body), GenericKubernetesResource.class);
  }

  private Resource<GenericKubernetesResource> object(ObjectKey key) {
    return ServerSideApply.object(client, key);
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
