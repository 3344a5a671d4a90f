package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Holds on Agents by hand; needs no running Sluice. */
public final class AgentHolds implements AutoCloseable {

  private final KubernetesClient client;
  private final HoldWriter holds;
  private final StatusWriter events;
  private final InstantSource clock;

  private AgentHolds(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    holds = new KubeHoldWriter(client);
    events = new KubeStatusWriter(client);
  }

  /** What became of one Agent. */
  public sealed interface Outcome {

    /** It is held. */
    record Held(AgentRef agent, Instant until) implements Outcome {}

    /** It was, and isn't any more. */
    record Released(AgentRef agent) implements Outcome {}

    /** It wasn't held. */
    record NotHeld(AgentRef agent) implements Outcome {}

    /** It stays as it was. */
    record Failed(AgentRef agent, String why) implements Outcome {}
  }

  /** The Agents of a cluster; contacts nobody yet. */
  public static AgentHolds open(Optional<Path> kubeconfig, InstantSource clock) {
    return new AgentHolds(Cluster.connect(kubeconfig), clock);
  }

  /**
   * Holds an Agent for a time, also if Sluice holds it already.
   *
   * @throws KubernetesClientException if the Agent can't be read
   */
  public Outcome hold(AgentRef ref, Duration lasts) {
    Optional<KubeAgent> found = find(ref);
    if (found.isEmpty()) {
      return noSuch(ref);
    }
    KubeAgent agent = found.get();
    Instant now = clock.instant();
    Instant until = now.plus(lasts).truncatedTo(ChronoUnit.SECONDS);
    StatusWriter.Outcome outcome = holds.hold(agent.object(), HoldPlan.MANUAL, until);
    if (!(outcome instanceof StatusWriter.Outcome.Done)) {
      return new Outcome.Failed(ref, words(outcome));
    }
    note(agent, HoldNotes.heldByHand(until, now));
    return new Outcome.Held(ref, until);
  }

  /**
   * Releases one Agent.
   *
   * @throws KubernetesClientException if the Agent can't be read
   */
  public Outcome release(AgentRef ref) {
    return find(ref)
        .map(
            agent ->
                agent.heldBy().isEmpty() && agent.heldUntil().isEmpty()
                    ? new Outcome.NotHeld(ref)
                    : release(ref, agent))
        .orElseGet(() -> noSuch(ref));
  }

  /**
   * Releases every Agent that is held; one outcome for each.
   *
   * @throws KubernetesClientException if the Agents can't be listed
   */
  public List<Outcome> releaseAll() {
    return releaseAll(new KubeReach(client, Optional.empty()));
  }

  /** Releases every Agent within reach that is held. */
  static List<Outcome> releaseAll(KubeReach reach, InstantSource clock) {
    return new AgentHolds(reach.client(), clock).releaseAll(reach);
  }

  private List<Outcome> releaseAll(KubeReach reach) {
    return reach.all(WatchedKind.AGENT).stream()
        .map(AgentHolds::read)
        .filter(agent -> agent.heldBy().isPresent() || agent.heldUntil().isPresent())
        .map(agent -> release(ref(agent), agent))
        .toList();
  }

  private Outcome release(AgentRef ref, KubeAgent agent) {
    StatusWriter.Outcome outcome = holds.release(agent.object());
    if (!(outcome instanceof StatusWriter.Outcome.Done)) {
      return new Outcome.Failed(ref, words(outcome));
    }
    // Somebody else may have written the label, alone or as well.
    Optional<String> left = find(ref).flatMap(KubeAgent::heldBy);
    if (left.isPresent()) {
      return new Outcome.Failed(
          ref,
          "someone else holds it, as %s (expected: whoever wrote the label takes it off)"
              .formatted(left.get()));
    }
    note(agent, HoldNotes.released(agent, "released by hand", clock.instant()));
    return new Outcome.Released(ref);
  }

  private void note(KubeAgent agent, StatusWriter.Note note) {
    // An Event is a courtesy, and whoever holds by hand may lack the right to it.
    StatusWriter.Outcome _ = events.note(agent.object(), note);
  }

  private Optional<KubeAgent> find(AgentRef ref) {
    ObjectKey key = new ObjectKey(WatchedKind.AGENT, ref.namespace(), ref.name());
    return Optional.ofNullable(ServerSideApply.object(client, key).get()).map(AgentHolds::read);
  }

  private static KubeAgent read(GenericKubernetesResource resource) {
    return KubeAgent.of(KubeObjectReader.read(WatchedKind.AGENT, resource));
  }

  private static AgentRef ref(KubeAgent agent) {
    return new AgentRef(agent.key().namespace(), agent.key().name());
  }

  private static Outcome noSuch(AgentRef ref) {
    return new Outcome.Failed(ref, "there is no such Agent");
  }

  private static String words(StatusWriter.Outcome outcome) {
    return switch (outcome) {
      case StatusWriter.Outcome.Done _ -> "";
      case StatusWriter.Outcome.Refused(String words) -> words;
      case StatusWriter.Outcome.Away(String words) -> words;
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
