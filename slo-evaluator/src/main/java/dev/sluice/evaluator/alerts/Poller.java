package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.judge.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Stub. */
public final class Poller implements AutoCloseable {

  /** Stub. */
  public Poller(
      EvidenceReader reader,
      Supplier<Question> question,
      Consumer<Observation> consumer,
      Duration interval,
      InstantSource clock,
      EvaluatorMetrics metrics) {
    throw new UnsupportedOperationException(
        reader + "" + question + consumer + interval + clock + metrics);
  }

  /** Stub. */
  public void start() {}

  /** Stub. */
  public void wake() {}

  @Override
  public void close() {}
}
