package dev.sluice.app.loop;

import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.ObjectiveRef;
import java.util.Map;

/** What the loop is told. */
public sealed interface Event {

  /** The source read the world, for the first time or again. */
  record WorldChanged(World world) implements Event {}

  /** Prometheus was asked. */
  record Observed(Observation observation) implements Event {}

  /** Prometheus was asked what is left of objectives' error budgets. */
  record BudgetsRead(Map<ObjectiveRef, BudgetLeft> left) implements Event {}

  /** The leader remembered this; only a follower, and who is about to lead, goes by it. */
  record Remembered(SavedState memory) implements Event {}

  /** Whether this process decides was settled, or changed. */
  record RoleChanged(Role role) implements Event {}

  /** Time has passed. */
  record Tick() implements Event {}
}
