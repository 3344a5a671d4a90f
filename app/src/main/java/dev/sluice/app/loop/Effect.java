package dev.sluice.app.loop;

import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.RouterRef;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.resources.FleetResources;
import java.util.List;

/** What is to be done after a step, in order. */
public sealed interface Effect {

  /** Let everyone read these verdicts. */
  record PublishVerdicts(VerdictSnapshot snapshot, List<Transition> transitions) implements Effect {
    public PublishVerdicts {
      transitions = List.copyOf(transitions);
    }
  }

  /** Serve this to the Envoys of a router. */
  record PublishFleet(FleetResources resources) implements Effect {}

  /** Serve a router's Envoys nothing any more. */
  record RemoveFleet(RouterRef fleet) implements Effect {}

  /** Remember this over a restart. */
  record SaveState(SavedState state) implements Effect {}

  /** Ask Prometheus now: there is something new to ask about. */
  record Poll() implements Effect {}

  /** Say it in the log. */
  record Announce(Announcement announcement) implements Effect {}
}
