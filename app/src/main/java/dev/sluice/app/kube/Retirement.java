package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetKind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Takes away all that Sluice has left in a cluster; needs no running Sluice, and one that may still
 * write makes it again. What can't be taken away is said, and the rest goes on.
 */
public final class Retirement {

  private final KubernetesClient client;
  private final KubeReach reach;
  private final HomePlace home;

  private Retirement(KubernetesClient client, ClusterSettings settings) {
    this.client = client;
    reach = new KubeReach(client, settings.namespace());
    home = HomePlace.of(settings, client);
  }

  /**
   * What became of one thing.
   *
   * @param what the object, or what couldn't be listed
   * @param words what is done; or, if it failed, why not
   */
  public record Outcome(String what, String words, boolean isDone) {

    private static Outcome failed(String what, String why) {
      return new Outcome(what, why, false);
    }
  }

  /** Takes everything away within the settings' namespace and in Sluice's home. */
  public static List<Outcome> run(ClusterSettings settings) {
    return run(settings, true);
  }

  /**
   * The same.
   *
   * @param fleets whether managed fleets are looked for, which needs the right to
   */
  public static List<Outcome> run(ClusterSettings settings, boolean fleets) {
    try (KubernetesClient client = Cluster.connect(settings.kubeconfig())) {
      return new Retirement(client, settings).run(fleets);
    }
  }

  private List<Outcome> run(boolean fleets) {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.addAll(listed("Services", this::services));
    if (fleets) {
      outcomes.addAll(
          outcomes.stream().allMatch(Outcome::isDone)
              ? fleets()
              : List.of(Outcome.failed("fleets", "kept: a Service may point at one")));
    }
    outcomes.addAll(listed("Agents", this::agents));
    Stream.of(WatchedKind.INFERENCE_SERVICE, WatchedKind.MODEL_ROUTER, WatchedKind.INFERENCE_SLO)
        .forEach(kind -> outcomes.addAll(listed(kind.resource(), () -> statuses(kind))));
    outcomes.addAll(listed(WatchedKind.SERVICE_LEVEL_OBJECTIVE.resource(), this::objectives));
    outcomes.addAll(home());
    return outcomes;
  }

  /** A kind that the cluster doesn't have has nothing of ours. */
  private static List<Outcome> listed(String what, Supplier<List<Outcome>> step) {
    try {
      return step.get();
    } catch (KubernetesClientException failure) {
      return failure.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          ? List.of()
          : List.of(Outcome.failed(what, "can't be listed: " + failure.getMessage()));
    }
  }

  private List<Outcome> services() {
    return Unadoption.all(client, reach.namespace()).stream()
        .map(
            it ->
                it.failure()
                    .map(why -> Outcome.failed(it.service(), "not given back: " + why))
                    .orElseGet(() -> new Outcome(it.service(), "given back", true)))
        .toList();
  }

  private List<Outcome> fleets() {
    KubeFleetStore store =
        new KubeFleetStore(client, reach.namespace(), EnumSet.allOf(FleetKind.class));
    return Arrays.stream(FleetKind.values())
        .sorted(Comparator.reverseOrder())
        .flatMap(kind -> listed(kind.plural() + " of fleets", () -> fleets(store, kind)).stream())
        .toList();
  }

  private static List<Outcome> fleets(KubeFleetStore store, FleetKind kind) {
    return store.labelled(kind).stream()
        .filter(part -> part.ownerUid().isPresent())
        .map(part -> tried(part.key().toString(), "deleted", () -> store.delete(part)))
        .toList();
  }

  private List<Outcome> agents() {
    return AgentHolds.releaseAll(reach, InstantSource.system()).stream()
        .map(Retirement::agent)
        .toList();
  }

  private static Outcome agent(AgentHolds.Outcome outcome) {
    return switch (outcome) {
      case AgentHolds.Outcome.Released(AgentRef agent) ->
          new Outcome("Agent " + agent, "released", true);
      case AgentHolds.Outcome.NotHeld(AgentRef agent) ->
          new Outcome("Agent " + agent, "wasn't held", true);
      case AgentHolds.Outcome.Failed(AgentRef agent, String why) ->
          Outcome.failed("Agent " + agent, "not released: " + why);
      case AgentHolds.Outcome.Held held ->
          Outcome.failed("Agent " + held.agent(), "held until " + held.until());
    };
  }

  private List<Outcome> statuses(WatchedKind kind) {
    OwnStatuses statuses = new OwnStatuses(client);
    return reach.all(kind).stream()
        .filter(object -> OwnStatuses.isMarked(kind, object))
        .map(object -> key(kind, object))
        .map(key -> tried(key.toString(), "status cleared", () -> statuses.clear(key)))
        .toList();
  }

  // What somebody rendered and applied by hand has our label too, but no owner.
  private List<Outcome> objectives() {
    WatchedKind kind = WatchedKind.SERVICE_LEVEL_OBJECTIVE;
    return reach.all(kind).stream()
        .map(object -> LiveObjective.of(KubeObjectReader.read(kind, object)))
        .filter(objective -> objective.isOurs() && objective.owner().isPresent())
        .map(objective -> objective.object().key())
        .map(key -> tried(key.toString(), "deleted", ServerSideApply.object(client, key)::delete))
        .toList();
  }

  private List<Outcome> home() {
    String namespace = home.namespace();
    return Stream.of(
            deleted(
                home.leaseWords(), client.leases().inNamespace(namespace).withName(home.lease())),
            deleted(
                home.memoryWords(),
                client.configMaps().inNamespace(namespace).withName(home.memory())),
            deleted(
                "ConfigMap " + namespace + "/" + home.fleets(),
                client.configMaps().inNamespace(namespace).withName(home.fleets())),
            deleted(
                "Secret " + namespace + "/" + home.webhookSecret(),
                client.secrets().inNamespace(namespace).withName(home.webhookSecret())))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Deletes without reading: whoever may delete a Secret need not see it. */
  private static Optional<Outcome> deleted(String what, Resource<?> object) {
    try {
      return object.delete().isEmpty()
          ? Optional.empty()
          : Optional.of(new Outcome(what, "deleted", true));
    } catch (KubernetesClientException failure) {
      return Optional.of(Outcome.failed(what, String.valueOf(failure.getMessage())));
    }
  }

  private static Outcome tried(String what, String done, Runnable step) {
    try {
      step.run();
      return new Outcome(what, done, true);
    } catch (KubernetesClientException failure) {
      return Outcome.failed(what, String.valueOf(failure.getMessage()));
    }
  }

  private static ObjectKey key(WatchedKind kind, GenericKubernetesResource object) {
    return new ObjectKey(kind, object.getMetadata().getNamespace(), object.getMetadata().getName());
  }
}
