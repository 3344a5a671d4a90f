package dev.sluice.app.kube;

import dev.sluice.model.Verdict;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Writes by server-side apply: the API server merges our condition into the others by its type, so
 * a write needs no copy of theirs, and can't put an old one back.
 *
 * <ul>
 *   <li><i>Thread</i>: the caller's, which it blocks.
 *   <li><i>On failure</i>: an answer of its own, never an exception of the client.
 *   <li><i>On shutdown</i>: an interrupt ends a call as {@link StatusWriter.Outcome.Away}.
 * </ul>
 */
final class KubeStatusWriter implements StatusWriter {

  private static final String MANAGER = "sluice";

  /** Server-side apply under our name, over what others said of the same fields. */
  static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(MANAGER)
          .withForce(true)
          .build();

  private static final int SERVER_ERRORS = 500;
  private static final int TOO_MANY_REQUESTS = 429;

  private final KubernetesClient client;

  KubeStatusWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Outcome apply(ObjectKey key, Map<String, Object> status) {
    GenericKubernetesResource patch = new GenericKubernetesResource();
    patch.setApiVersion(key.kind().apiVersion());
    patch.setKind(key.kind().word());
    patch.setMetadata(
        new ObjectMetaBuilder().withNamespace(key.namespace()).withName(key.name()).build());
    patch.setAdditionalProperty("status", status);
    return outcome(
        () ->
            client
                .genericKubernetesResources(key.kind().context())
                .inNamespace(key.namespace())
                .withName(key.name())
                .subresource("status")
                .patch(APPLY, patch));
  }

  @Override
  public Outcome note(KubeObject object, Verdict verdict) {
    Outcome outcome =
        outcome(
            () ->
                client
                    .v1()
                    .events()
                    .inNamespace(object.key().namespace())
                    .resource(event(object, verdict))
                    .create());
    return outcome instanceof Outcome.Refused(String words) && words.startsWith("409")
        ? new Outcome.Done()
        : outcome;
  }

  private static Event event(KubeObject object, Verdict verdict) {
    ObjectKey key = object.key();
    String at = verdict.since().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        // The decision in the name: whoever notes it again finds it noted.
        .withName(key.name() + "." + verdict.decision().text())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(key.kind().apiVersion())
        .withKind(key.kind().word())
        .withNamespace(key.namespace())
        .withName(key.name())
        .withUid(object.uid())
        .endInvolvedObject()
        .withType(verdict instanceof Verdict.Breached ? "Warning" : "Normal")
        .withReason("SLO" + verdict.state().word())
        .withMessage(StatusPlace.message(verdict))
        .withFirstTimestamp(at)
        .withLastTimestamp(at)
        .withCount(1)
        .withNewSource()
        .withComponent(MANAGER)
        .endSource()
        .build();
  }

  /** The outcome of a call to the API server. */
  static Outcome outcome(Runnable call) {
    try {
      call.run();
      return new Outcome.Done();
    } catch (KubernetesClientException failure) {
      int code = failure.getCode();
      String words = code + " " + failure.getMessage();
      boolean isAnswer =
          code >= HttpURLConnection.HTTP_BAD_REQUEST
              && code < SERVER_ERRORS
              && code != TOO_MANY_REQUESTS;
      return isAnswer ? new Outcome.Refused(words) : new Outcome.Away(words);
    }
  }
}
