package dev.sluice.app.explain;

import dev.sluice.app.loop.LoopState;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that this process knows at one moment.
 *
 * @param state of the loop
 * @param fleets what is served
 * @param waiting the nodes nothing is served to yet
 * @param served what Envoys report of their requests
 * @param around what isn't the loop's
 */
public record Sight(
    LoopState state,
    List<FleetStatus> fleets,
    List<NodeStatus> waiting,
    ServedLoad served,
    Surroundings around,
    Instant now) {
  public Sight {
    fleets = List.copyOf(fleets);
    waiting = List.copyOf(waiting);
  }

  Optional<FleetStatus> fleet(RouterRef ref) {
    return fleets.stream().filter(fleet -> fleet.fleet().equals(ref)).findFirst();
  }

  /** Why nothing is published for a router that is declared. */
  String unpublished(RouterRef ref) {
    return Optional.ofNullable(state.faults().get(ref))
        .map(words -> "router " + ref + " can't be served: " + words)
        .orElseGet(
            () ->
                state.isServing()
                    ? "router " + ref + " isn't published"
                    : "nothing is served yet: there is no evidence");
  }
}
