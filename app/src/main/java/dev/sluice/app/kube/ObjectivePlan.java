package dev.sluice.app.kube;

import dev.sluice.evaluator.render.SeriesCatalog;
import java.util.List;

/**
 * What has to be written so that the cluster's objectives are what its InferenceSLOs want, and what
 * is to be said of each.
 *
 * @param writes objectives to apply and to delete
 * @param reports one for each InferenceSLO
 */
record ObjectivePlan(List<ObjectiveWrite> writes, List<TargetsReport> reports) {

  ObjectivePlan {
    writes = List.copyOf(writes);
    reports = List.copyOf(reports);
  }

  /** The plan for what is declared and there; {@code catalog} says which series there are. */
  static ObjectivePlan of(Targets targets, SeriesCatalog catalog) {
    return new ObjectivePlanner(targets, catalog).plan();
  }
}
