package dev.sluice.evaluator.declare;

import dev.sluice.model.Objective;

/** What becomes of one Pyrra ServiceLevelObjective. */
public sealed interface Resolution {

  /** It speaks for an InferenceService. */
  record Resolved(Objective objective) implements Resolution {}

  /** It names no InferenceService; somebody else's. */
  record NotOurs() implements Resolution {}

  /**
   * It names an InferenceService, but can't be judged.
   *
   * @param field the path of the field at fault: {@code spec.target}
   * @param words one sentence: the object, the field, the value, and what would be accepted
   */
  record Invalid(String field, String words) implements Resolution {}
}
