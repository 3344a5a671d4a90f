package dev.sluice.evaluator.lint;

import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that is declared of objectives, side by side.
 *
 * @param runtimes every InferenceService, and what serves it
 * @param slos every InferenceSLO
 * @param objectives every Pyrra ServiceLevelObjective, whoever wrote it
 */
public record SloSheet(
    Map<ServiceRef, ServingRuntime> runtimes,
    List<InferenceSloSpec> slos,
    List<PyrraSlo> objectives) {

  public SloSheet {
    runtimes = Map.copyOf(runtimes);
    slos = List.copyOf(slos);
    objectives = List.copyOf(objectives);
  }

  /** The names that objectives of another hand have. */
  public Set<ObjectiveRef> taken() {
    return objectives.stream()
        .filter(slo -> !PyrraRenderer.isOurs(slo.labels()))
        .map(PyrraSlo::ref)
        .collect(Collectors.toUnmodifiableSet());
  }
}
