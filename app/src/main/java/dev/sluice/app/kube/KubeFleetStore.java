package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetKind;
import dev.sluice.app.fleets.FleetPart;
import dev.sluice.app.fleets.FleetParts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fleets of a cluster, written by server-side apply under a name of their own. */
final class KubeFleetStore implements FleetStore {

  private static final String MANAGER = "sluice-fleet";
  private static final PatchContext NEW = ServerSideApply.as(MANAGER, false);
  private static final PatchContext OVER_OTHERS = ServerSideApply.as(MANAGER, true);
  private static final PatchContext HAND_OVER = ServerSideApply.as(MANAGER + "-replicas", true);
  private static final String REPLICAS = "replicas";
  private static final Map<String, String> LABELS =
      Map.of(
          "app.kubernetes.io/managed-by",
          ServerSideApply.MANAGER,
          FleetParts.COMPONENT,
          FleetParts.ENVOY_FLEET);

  private final KubernetesClient client;
  private final Optional<String> namespace;
  private final Set<FleetKind> kinds;

  /**
   * A store that has read nothing yet.
   *
   * @param namespace the only one that is read; empty for all
   */
  KubeFleetStore(KubernetesClient client, Optional<String> namespace, Set<FleetKind> kinds) {
    this.client = client;
    this.namespace = namespace;
    this.kinds = Set.copyOf(kinds);
  }

  @Override
  public List<LivePart> labelled() {
    List<LivePart> parts = new ArrayList<>();
    kinds.stream().sorted().forEach(kind -> parts.addAll(labelled(kind)));
    return parts;
  }

  /** Those of one kind. */
  List<LivePart> labelled(FleetKind kind) {
    var all = client.genericKubernetesResources(context(kind));
    var found =
        namespace
            .map(name -> all.inNamespace(name).withLabels(LABELS).list())
            .orElseGet(() -> all.inAnyNamespace().withLabels(LABELS).list());
    return found.getItems().stream().map(object -> LivePart.of(kind, object)).toList();
  }

  @Override
  public Optional<LivePart> find(FleetPart.Key key) {
    return Optional.ofNullable(object(key).get()).map(found -> LivePart.of(key.kind(), found));
  }

  @Override
  public LivePart apply(FleetPart part, Optional<LivePart> over) {
    GenericKubernetesResource patch =
        Serialization.unmarshal(Serialization.asJson(part.body()), GenericKubernetesResource.class);
    // With a uid, the API server refuses to write over an object that took the place of ours;
    // without force, it refuses to change one that turned up meanwhile.
    over.ifPresent(there -> patch.getMetadata().setUid(there.uid()));
    over.filter(there -> leavesReplicasToAnother(part, there)).ifPresent(this::keepReplicas);
    return LivePart.of(
        part.key().kind(), object(part.key()).patch(over.isPresent() ? OVER_OTHERS : NEW, patch));
  }

  private static boolean leavesReplicasToAnother(FleetPart part, LivePart there) {
    return part.key().kind() == FleetKind.DEPLOYMENT
        && part.body().get("spec") instanceof Map<?, ?> spec
        && !spec.containsKey(REPLICAS)
        && there.isOwnedBy(MANAGER, "f:spec", "f:" + REPLICAS);
  }

  /**
   * A number that nobody says any more becomes 1. Another manager says it until the autoscaler
   * writes its own.
   */
  private void keepReplicas(LivePart deployment) {
    GenericKubernetesResource patch = new GenericKubernetesResource();
    patch.setApiVersion(FleetKind.DEPLOYMENT.apiVersion());
    patch.setKind(FleetKind.DEPLOYMENT.word());
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(deployment.key().namespace())
            .withName(deployment.key().name())
            .withUid(deployment.uid())
            .build());
    patch.setAdditionalProperty(
        "spec", Map.of(REPLICAS, deployment.json().at("/spec/" + REPLICAS).asInt(1)));
    var _ = object(deployment.key()).patch(HAND_OVER, patch);
  }

  @Override
  public void delete(LivePart part) {
    Resource<GenericKubernetesResource> object = object(part.key());
    GenericKubernetesResource there = object.get();
    if (there != null && there.getMetadata().getUid().equals(part.uid())) {
      object.lockResourceVersion(there.getMetadata().getResourceVersion()).delete();
    }
  }

  private Resource<GenericKubernetesResource> object(FleetPart.Key key) {
    return client
        .genericKubernetesResources(context(key.kind()))
        .inNamespace(key.namespace())
        .withName(key.name());
  }

  private static ResourceDefinitionContext context(FleetKind kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(kind.group())
        .withVersion(kind.version())
        .withKind(kind.word())
        .withPlural(kind.plural())
        .withNamespaced(true)
        .build();
  }
}
