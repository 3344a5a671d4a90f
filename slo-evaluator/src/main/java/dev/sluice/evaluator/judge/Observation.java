package dev.sluice.evaluator.judge;

import dev.sluice.model.Evidence;
import java.time.Instant;
import java.util.List;

/** The outcome of one poll of Prometheus. */
public sealed interface Observation {

  /** When Prometheus was asked. */
  Instant at();

  /**
   * Prometheus answered.
   *
   * @param evidence one piece for each declared objective, and one more for each replica seen of an
   *     objective grouped by replica
   */
  record Rules(Instant at, List<Evidence> evidence) implements Observation {
    public Rules {
      evidence = List.copyOf(evidence);
    }
  }

  /**
   * Prometheus could not be asked.
   *
   * @param words one sentence with the address, what went wrong and the way out
   */
  record Failed(Instant at, String words) implements Observation {}
}
