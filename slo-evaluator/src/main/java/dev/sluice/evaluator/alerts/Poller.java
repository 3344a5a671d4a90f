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
    consumer.accept(reader.observe(question.get(), clock.instant().plus(interval)));
    metrics.judged(java.util.List.of(), java.util.List.of());
  }

  /** Stub. */
  public void start() {}

  /** Stub. */
  public void wake() {}

  @Override
  public void close() {}
}
