package dev.sluice.app.explain;

import java.util.List;
import java.util.Optional;

/**
 * What the place where this process lives adds to the chain.
 *
 * @param isShared whether there may be other replicas, with Envoys of their own
 * @param leader who leads, if another replica is known to
 * @param held the Agents that are held
 */
public record Surroundings(boolean isShared, Optional<String> leader, List<HeldAgent> held) {

  /** Nobody else, and no Foreman. */
  public static final Surroundings ALONE = new Surroundings(false, Optional.empty(), List.of());

  public Surroundings {
    held = List.copyOf(held);
  }

  /** {@code " to this replica"} where there may be others. */
  String here() {
    return isShared ? " to this replica" : "";
  }
}
