package dev.sluice.model;

import java.util.function.Consumer;

/**
 * Where verdicts are read, by everyone to the right of the evaluator. Implementations are safe for
 * use by any thread.
 */
public interface VerdictFeed {

  /** The newest snapshot; never blocks. */
  VerdictSnapshot current();

  /**
   * Calls {@code listener} with the newest snapshot after every publication that changed a verdict,
   * a policy or the set of services. Calls come from the publisher's thread, in order, and must
   * return at once. The listener isn't called for the snapshot that is current already.
   */
  Subscription subscribe(Consumer<VerdictSnapshot> listener);

  /** Ends a subscription. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
