package dev.sluice.app.kube;

import dev.sluice.app.overrides.OverrideAnnotations;
import dev.sluice.app.overrides.OverrideWriter;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.ServiceRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Overrides as annotations, by server-side apply under a manager of their own and without force:
 * what somebody put there with kubectl, or a GitOps tool keeps there, is refused and left alone.
 * The object's uid goes along, so that a service that was deleted isn't made again.
 *
 * <ul>
 *   <li><i>Thread</i>: the caller's, which it blocks.
 *   <li><i>On failure</i>: an answer of its own, never an exception of the client.
 *   <li><i>On shutdown</i>: an interrupt ends a call as {@link OverrideWriter.Outcome.Away}.
 * </ul>
 */
final class KubeOverrideWriter implements OverrideWriter {

  /** The field manager of all overrides. */
  static final String MANAGER = "sluice-override";

  private static final PatchContext HOW = ServerSideApply.as(MANAGER, false);

  private final KubernetesClient client;

  KubeOverrideWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Outcome set(ServiceRef service, VerdictOverride override) {
    return write(
        service,
        Map.of(
            OverrideAnnotations.STATE,
            override.state().word(),
            OverrideAnnotations.UNTIL,
            override.until().toString(),
            OverrideAnnotations.REASON,
            override.reason()),
        _ -> new Outcome.Done());
  }

  @Override
  public Outcome takeBack(ServiceRef service) {
    return write(
        service,
        Map.of(),
        after ->
            Optional.ofNullable(after.getAnnotations())
                    .orElse(Map.of())
                    .containsKey(OverrideAnnotations.STATE)
                ? new Outcome.Taken("it was put there by " + owners(after) + removal(service))
                : new Outcome.Done());
  }

  private Outcome write(
      ServiceRef service, Map<String, String> annotations, Function<ObjectMeta, Outcome> outcome) {
    ObjectKey key =
        new ObjectKey(WatchedKind.INFERENCE_SERVICE, service.namespace(), service.name());
    Resource<GenericKubernetesResource> object = ServerSideApply.object(client, key);
    try {
      GenericKubernetesResource there = object.get();
      if (there == null) {
        return new Outcome.Missing();
      }
      GenericKubernetesResource patch = ServerSideApply.patch(key, there.getMetadata().getUid());
      patch.getMetadata().setAnnotations(annotations);
      return outcome.apply(object.patch(HOW, patch).getMetadata());
    } catch (KubernetesClientException failure) {
      return failed(failure, service);
    }
  }

  private static Outcome failed(KubernetesClientException failure, ServiceRef service) {
    String words =
        Optional.ofNullable(failure.getStatus())
            .map(Status::getMessage)
            .orElse(String.valueOf(failure.getMessage()));
    if (failure.getCode() == HttpURLConnection.HTTP_CONFLICT) {
      return new Outcome.Taken(words + removal(service));
    }
    return ServerSideApply.isRefusal(failure)
        ? new Outcome.Refused(words)
        : new Outcome.Away(words);
  }

  private static String removal(ServiceRef service) {
    return " (expected: none, or taken away there first: kubectl annotate inferenceservice %s -n %s %s- %s- %s-)"
        .formatted(
            service.name(),
            service.namespace(),
            OverrideAnnotations.STATE,
            OverrideAnnotations.UNTIL,
            OverrideAnnotations.REASON);
  }

  /** {@code kubectl-annotate}. */
  private static String owners(ObjectMeta object) {
    return object.getManagedFields().stream()
        .filter(KubeOverrideWriter::hasOverride)
        .map(ManagedFieldsEntry::getManager)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static boolean hasOverride(ManagedFieldsEntry entry) {
    return entry.getFieldsV1().getAdditionalProperties().get("f:metadata") instanceof Map<?, ?> meta
        && meta.get("f:annotations") instanceof Map<?, ?> annotations
        && annotations.containsKey("f:" + OverrideAnnotations.STATE);
  }
}
