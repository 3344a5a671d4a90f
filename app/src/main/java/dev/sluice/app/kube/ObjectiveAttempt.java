package dev.sluice.app.kube;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The last write of one object, so that the same isn't written again at once: its echo may be on
 * the way, and someone who overwrites ours all the time must not draw us into a race.
 *
 * @param next the earliest time for the same write
 * @param pause between this write and the next of its kind
 * @param refusal what the API server said against it
 * @param isAnswered whether it was seen in the cluster since
 */
record ObjectiveAttempt(
    ObjectiveWrite write,
    Instant next,
    Duration pause,
    Optional<String> refusal,
    boolean isAnswered) {

  /** How soon what someone overwrote is written again. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** How soon a write that was refused, or that changes nothing, is tried again. */
  static final Duration MOST_PAUSE = Duration.ofSeconds(30);

  /** A write that was done; the same one that is never seen to take is made less and less often. */
  static ObjectiveAttempt done(
      ObjectiveWrite write, Optional<ObjectiveAttempt> before, Instant now) {
    Duration pause =
        before
            .filter(last -> last.write.equals(write) && !last.isAnswered)
            .map(last -> shorter(last.pause.multipliedBy(2), MOST_PAUSE))
            .orElse(FIRST_PAUSE);
    return new ObjectiveAttempt(write, now.plus(pause), pause, Optional.empty(), false);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  static ObjectiveAttempt refused(ObjectiveWrite write, String words, Instant now) {
    return new ObjectiveAttempt(write, now.plus(MOST_PAUSE), MOST_PAUSE, Optional.of(words), false);
  }

  ObjectiveAttempt answered() {
    return new ObjectiveAttempt(write, next, pause, Optional.empty(), true);
  }

  /** When this write is due, after this attempt. */
  Instant due(ObjectiveWrite wanted) {
    return wanted.equals(write) ? next : Instant.MIN;
  }
}
