package dev.sluice.app.pages;

import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Role;
import dev.sluice.evaluator.judge.Observation;

/**
 * Whether what is served rests on something.
 *
 * @param words what is missing, or {@code ready}
 */
record Readiness(boolean isReady, String words) {

  static Readiness of(LoopState state) {
    if (state.isServing()) {
      return new Readiness(true, "ready");
    }
    if (state.world().isEmpty()) {
      return new Readiness(false, "not ready: the manifests weren't read yet");
    }
    if (state.role() == Role.FOLLOWER) {
      return new Readiness(false, "not ready: waiting for what the leader remembers");
    }
    String prometheus =
        state
            .observation()
            .map(
                observation ->
                    switch (observation) {
                      case Observation.Failed failed -> failed.words();
                      case Observation.Rules _ -> "it answered just now";
                    })
            .orElse("it wasn't asked yet");
    return new Readiness(false, "not ready: waiting for Prometheus: " + prometheus);
  }
}
