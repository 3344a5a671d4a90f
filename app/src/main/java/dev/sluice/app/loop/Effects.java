package dev.sluice.app.loop;

import dev.sluice.evaluator.alerts.EvaluatorMetrics;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.RouterRef;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.resources.FleetResources;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Performs what a step asks for.
 *
 * <ul>
 *   <li><i>Thread</i>: the loop's.
 *   <li><i>On failure</i>: throws; the loop logs it and goes on with the next effect.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 *
 * @param wakePoller has Prometheus asked at once
 * @param listener hears every announcement, after the log
 */
public record Effects(
    PublishedVerdicts verdicts,
    Fleets fleets,
    Memory memory,
    EvaluatorMetrics evaluatorMetrics,
    Runnable wakePoller,
    Consumer<Announcement> listener) {

  void perform(Effect effect) throws IOException {
    switch (effect) {
      case Effect.PublishVerdicts(VerdictSnapshot snapshot, List<Transition> transitions) -> {
        verdicts.publish(snapshot);
        evaluatorMetrics.judged(snapshot.services(), transitions);
      }
      case Effect.PublishFleet(FleetResources resources) -> fleets.publish(resources);
      case Effect.RemoveFleet(RouterRef fleet) -> fleets.remove(fleet);
      case Effect.SaveState(SavedState saved) -> memory.write(saved);
      case Effect.Poll _ -> wakePoller.run();
      case Effect.Announce(Announcement announcement) -> {
        Announcer.announce(announcement);
        listener.accept(announcement);
      }
    }
  }
}
