package dev.sluice.app.kube;

import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.lint.SloSheet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is declared of targets at one moment, and the objects of the cluster at the same moment.
 *
 * @param sheet every accepted InferenceSLO, and the runtimes of the services
 * @param problems what was rejected or leads nowhere, and the kinds that are missing
 * @param objects every InferenceSLO and every Pyrra ServiceLevelObjective, accepted or not
 */
record Targets(SloSheet sheet, List<Problem> problems, Map<ObjectKey, KubeObject> objects) {

  Targets {
    problems = List.copyOf(problems);
    objects = Map.copyOf(objects);
  }

  /** Whether objects of this kind are among {@link #objects}. */
  static boolean areAbout(WatchedKind kind) {
    return switch (kind) {
      case INFERENCE_SLO, SERVICE_LEVEL_OBJECTIVE -> true;
      case INFERENCE_SERVICE,
          MODEL_POOL,
          MODEL_ROUTER,
          AGENT,
          AGENTIC_TASK,
          SERVICE,
          ENDPOINT_SLICE ->
          false;
    };
  }

  /** Whether two versions of an object are the same but for what a verdict says there. */
  static boolean areSame(KubeObject one, KubeObject other) {
    return one.uid().equals(other.uid())
        && one.generation() == other.generation()
        && one.text().equals(other.text())
        && one.targets().equals(other.targets());
  }

  /** Why a kind isn't watched; empty if it is. */
  Optional<String> missing(WatchedKind kind) {
    return problems.stream()
        .filter(problem -> problem.object().equals(kind.resource()))
        .map(Problem::words)
        .findFirst();
  }
}
