package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
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

  private final KubernetesClient client;

  KubeStatusWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Outcome apply(ObjectKey key, Map<String, Object> status) {
    return ServerSideApply.outcome(
        () -> ServerSideApply.status(client, key, ServerSideApply.OVER_OTHERS, status));
  }

  @Override
  public Outcome note(KubeObject object, Note note) {
    Outcome outcome =
        ServerSideApply.outcome(
            () ->
                client
                    .v1()
                    .events()
                    .inNamespace(object.key().namespace())
                    .resource(event(object, note))
                    .create());
    return outcome instanceof Outcome.Refused(String words) && words.startsWith("409")
        ? new Outcome.Done()
        : outcome;
  }

  private static Event event(KubeObject object, Note note) {
    ObjectKey key = object.key();
    String at = note.at().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        .withName(key.name() + "." + note.id())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(key.kind().apiVersion())
        .withKind(key.kind().word())
        .withNamespace(key.namespace())
        .withName(key.name())
        .withUid(object.uid())
        .endInvolvedObject()
        .withType(note.isNormal() ? "Normal" : "Warning")
        .withReason(note.reason())
        .withMessage(note.message())
        .withFirstTimestamp(at)
        .withLastTimestamp(at)
        .withCount(1)
        .withNewSource()
        .withComponent(ServerSideApply.MANAGER)
        .endSource()
        .build();
  }
}
