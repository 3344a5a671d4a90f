package dev.sluice.app.loop;

import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.ObjectiveRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The loop's step: a pure function of state, event and time. The order of a turn is judge, publish
 * the verdicts, shape, compile, publish the fleets that changed, remember.
 *
 * <p>Nothing is published before there is evidence: Envoy keeps its shares while nobody speaks to
 * it, and a snapshot without evidence would reset them. Evidence is a world that was read and an
 * answer of Prometheus. After {@code firstEvidence} without an answer the remembered shares are
 * served, or else the declared weights, so that a new Envoy is never left without configuration
 * because Prometheus is away.
 *
 * <p>A follower's evidence is the leader's memory: it takes verdicts and shares from there, and
 * shapes and compiles as the leader does, so that Envoys may ask either. It neither judges nor
 * remembers. A follower that becomes the leader goes on from the memory: nothing changes until
 * Prometheus has answered it.
 *
 * @param compiler makes a router's resources
 * @param firstEvidence how long a start waits for Prometheus
 */
public record Core(FleetCompiler compiler, Duration firstEvidence) {

  /** What follows from {@code event}. */
  public Step step(LoopState state, Event event, Instant now) {
    Turn turn = new Turn(compiler, state, now);
    switch (event) {
      case Event.WorldChanged(World world) -> turn.take(world);
      case Event.Observed(Observation observation) -> turn.take(observation);
      case Event.BudgetsRead(Map<ObjectiveRef, BudgetLeft> left) -> turn.take(left);
      case Event.Remembered(SavedState memory) -> turn.recall(memory);
      case Event.RoleChanged(Role role) -> turn.become(role);
      case Event.Tick _ -> turn.watchForSilence();
    }
    turn.beginWhenDue(firstEvidence);
    if (turn.isServing()) {
      turn.judgeIfThereIsNews();
      turn.shapeAndCompile();
      turn.remember();
    }
    return turn.end();
  }
}
