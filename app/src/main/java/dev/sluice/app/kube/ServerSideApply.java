package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;

/**
 * How we write to the API server: it merges what we say into what others said, so a write needs no
 * copy of theirs, and can't put an old one back. An apply takes back what the same manager said
 * before and says no longer, so two writers of one object need two.
 */
final class ServerSideApply {

  /** The field manager of all that has no other. */
  static final String MANAGER = "sluice";

  /** Under our name, over what others said of the same fields. */
  static final PatchContext OVER_OTHERS = as(MANAGER, true);

  private static final int SERVER_ERRORS = 500;
  private static final int TOO_MANY_REQUESTS = 429;

  private ServerSideApply() {}

  /** An apply under a manager's name; without force another manager's fields are refused. */
  static PatchContext as(String manager, boolean force) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(force)
        .build();
  }

  static Resource<GenericKubernetesResource> object(KubernetesClient client, ObjectKey key) {
    return client
        .genericKubernetesResources(key.kind().context())
        .inNamespace(key.namespace())
        .withName(key.name());
  }

  /** A patch that names its object, and says nothing of it yet. */
  static GenericKubernetesResource patch(ObjectKey key) {
    GenericKubernetesResource patch = new GenericKubernetesResource();
    patch.setApiVersion(key.kind().apiVersion());
    patch.setKind(key.kind().word());
    patch.setMetadata(
        new ObjectMetaBuilder().withNamespace(key.namespace()).withName(key.name()).build());
    return patch;
  }

  /** The same, for this very object and none that takes its place. */
  static GenericKubernetesResource patch(ObjectKey key, String uid) {
    GenericKubernetesResource patch = patch(key);
    patch.getMetadata().setUid(uid);
    return patch;
  }

  /** Makes {@code status} the part of the object's status that is the manager's. */
  static void status(
      KubernetesClient client, ObjectKey key, PatchContext how, Map<String, Object> status) {
    GenericKubernetesResource patch = patch(key);
    patch.setAdditionalProperty("status", status);
    object(client, key).subresource("status").patch(how, patch);
  }

  /** What became of a call to the API server. */
  static StatusWriter.Outcome outcome(Runnable call) {
    try {
      call.run();
      return new StatusWriter.Outcome.Done();
    } catch (KubernetesClientException failure) {
      String words = failure.getCode() + " " + failure.getMessage();
      return isRefusal(failure)
          ? new StatusWriter.Outcome.Refused(words)
          : new StatusWriter.Outcome.Away(words);
    }
  }

  /** Whether the API server said no, and would again; else it is away, or has too much to do. */
  static boolean isRefusal(KubernetesClientException failure) {
    int code = failure.getCode();
    return code >= HttpURLConnection.HTTP_BAD_REQUEST
        && code < SERVER_ERRORS
        && code != TOO_MANY_REQUESTS;
  }
}
