package dev.sluice.evaluator.judge;

import dev.sluice.model.Objective;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import java.util.List;

/**
 * One service, and all that is declared of it.
 *
 * @param objectives the Pyrra objectives that speak for it, sorted by name
 * @param policy its InferenceSLO's, or {@link SloPolicy#DEFAULT}
 */
public record DeclaredService(
    ServiceRef ref, Presence presence, SloPolicy policy, List<Objective> objectives) {

  public DeclaredService {
    objectives = List.copyOf(objectives);
  }
}
