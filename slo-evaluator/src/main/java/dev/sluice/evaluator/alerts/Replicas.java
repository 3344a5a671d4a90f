package dev.sluice.evaluator.alerts;

import dev.sluice.model.Objective;
import dev.sluice.model.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which label of an objective's grouping tells replicas apart. */
final class Replicas {

  // A pod keeps its name when its address changes, so it is preferred.
  private static final List<String> LABELS = List.of("pod", "instance");

  private Replicas() {}

  /** The label, if the objective is grouped by replica. */
  static Optional<String> label(Objective objective) {
    return LABELS.stream().filter(objective.grouping()::contains).findFirst();
  }

  /** Whom a series or alert with these labels is about. */
  static Subject subject(Objective objective, Map<String, String> labels) {
    String replica = label(objective).map(label -> labels.getOrDefault(label, "")).orElse("");
    return replica.isEmpty()
        ? new Subject.Whole(objective.service())
        : new Subject.Replica(objective.service(), replica);
  }
}
