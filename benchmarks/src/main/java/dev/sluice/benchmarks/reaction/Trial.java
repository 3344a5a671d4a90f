package dev.sluice.benchmarks.reaction;

import java.time.Instant;

/** Where it is seen that Sluice has acted on a service. */
interface Trial extends AutoCloseable {

  /** {@code condition written}. */
  String name();

  /** Begins to watch a service, before its alert fires. */
  void watch(String service);

  /** When Sluice's action was seen; waits for it. */
  Instant seen(String service);

  @Override
  void close();
}
