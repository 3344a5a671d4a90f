package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.ServiceVerdict;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/** Stub. */
public final class EvaluatorMetrics {

  private final MeterRegistry registry;
  private final InstantSource clock;

  /** Stub. */
  public EvaluatorMetrics(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** Stub. */
  public void polled(Observation observation, Duration took) {
    throw new UnsupportedOperationException(registry + "" + observation + took + clock);
  }

  /** Stub. */
  public void judged(Collection<ServiceVerdict> services, List<Transition> transitions) {
    throw new UnsupportedOperationException(services + "" + transitions);
  }
}
