package dev.sluice.benchmarks.reaction;

import java.time.Instant;

/** Where it is seen that Sluice has acted on a service. */
interface Trial extends AutoCloseable {

  /** {@code condition written}. */
  String name();

  /** Begins to watch a service, before its alert fires; several may be watched at once. */
  void watch(String service);

  /** When Sluice's action was seen; waits for it, and watches this service no longer. */
  Instant seen(String service);

  @Override
  void close();
}
