package dev.sluice.app.loop;

import java.util.List;

/** What follows from an event: the next state, and what is to be done. */
public record Step(LoopState next, List<Effect> effects) {

  public Step {
    effects = List.copyOf(effects);
  }
}
