package dev.sluice.app.webhook;

import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.model.VerdictFeed;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Answers a review from memory, with the decision that a dispatcher would get by asking.
 *
 * <p>Thread: any.
 */
final class Reviewer {

  /** How long a task's chance stays as it was drawn: Foreman comes back to a task after 10 s. */
  private static final Duration SAME_CHANCE = Duration.ofSeconds(10);

  private final VerdictFeed verdicts;
  private final TargetResolver targets;
  private final InstantSource clock;
  private final Meter meter;

  Reviewer(VerdictFeed verdicts, TargetResolver targets, InstantSource clock, Meter meter) {
    this.verdicts = verdicts;
    this.targets = targets;
    this.clock = clock;
    this.meter = meter;
  }

  Answer answer(Review review) {
    return switch (review.step()) {
      case Review.Step.Reserve(String namespace, String task) -> decide(namespace, task);
      // Its node is reserved by now. A refusal would have Foreman free the node, which wakes every
      // Pending task, this one too, which reserves it again: a loop without a pause.
      case Review.Step.Schedule(String namespace, String task) ->
          targets.runsAsJob(namespace, task) ? decide(namespace, task) : new Answer.Allow();
      case Review.Step.Unrelated() -> new Answer.Allow();
    };
  }

  private Answer decide(String namespace, String task) {
    TargetResolver.Work work = targets.agenticTask(namespace, task);
    Decider decider = new Decider(clock, () -> seed(namespace + "/" + task), meter);
    return switch (decider.decide(work, verdicts.current())) {
      case DispatchDecision.Admit _ -> new Answer.Allow();
      case DispatchDecision.Defer defer -> new Answer.Conflict(defer.grounds().message());
    };
  }

  /**
   * The same for all nodes that Foreman tries for a task in one pass, and for all replicas: were
   * each node a chance of its own, a fleet of ten would dispatch most of what a tenth should.
   */
  private long seed(String task) {
    long window = clock.instant().getEpochSecond() / SAME_CHANCE.toSeconds();
    return ((long) task.hashCode() << Integer.SIZE) ^ window;
  }
}
