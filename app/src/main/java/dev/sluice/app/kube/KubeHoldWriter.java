package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Holds by server-side apply under a manager of their own, without force: an apply that says
 * nothing takes off what the manager said before, and what another manager says of the same field
 * is refused and left alone. The object's uid goes along, so that an Agent that was deleted isn't
 * made again.
 *
 * <ul>
 *   <li><i>Thread</i>: the caller's, which it blocks.
 *   <li><i>On failure</i>: an answer of its own, never an exception of the client.
 *   <li><i>On shutdown</i>: an interrupt ends a call as {@link StatusWriter.Outcome.Away}.
 * </ul>
 */
final class KubeHoldWriter implements HoldWriter {

  /** The field manager of all holds. */
  static final String MANAGER = "sluice-hold";

  private static final PatchContext HOW = ServerSideApply.as(MANAGER, false);

  private final KubernetesClient client;

  KubeHoldWriter(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public StatusWriter.Outcome hold(KubeObject agent, String by, Instant until) {
    GenericKubernetesResource patch = empty(agent);
    patch
        .getMetadata()
        .setAnnotations(
            Map.of(KubeAgent.HELD_UNTIL, until.truncatedTo(ChronoUnit.SECONDS).toString()));
    patch.setAdditionalProperty(
        "spec",
        Map.of("requiredCapability", Map.of("nodeSelector", Map.of(KubeAgent.HELD_BY, by))));
    return apply(agent, patch);
  }

  @Override
  public StatusWriter.Outcome release(KubeObject agent) {
    return apply(agent, empty(agent));
  }

  private static GenericKubernetesResource empty(KubeObject agent) {
    return ServerSideApply.patch(agent.key(), agent.uid());
  }

  private StatusWriter.Outcome apply(KubeObject agent, GenericKubernetesResource patch) {
    return ServerSideApply.outcome(
        () -> ServerSideApply.object(client, agent.key()).patch(HOW, patch));
  }
}
