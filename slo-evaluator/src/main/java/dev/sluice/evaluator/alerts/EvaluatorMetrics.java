package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * What the evaluator says of itself, by the names that Prometheus shows.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>labels</th><th>is</th></tr>
 * <tr><td>{@code sluice_prometheus_poll_age_seconds}</td><td></td><td>age of the newest evidence;
 * NaN before the first, and where verdicts are followed</td></tr>
 * <tr><td>{@code sluice_prometheus_poll_seconds}</td><td></td><td>how long polls take: count, sum,
 * max</td></tr>
 * <tr><td>{@code sluice_prometheus_poll_failures_total}</td><td></td><td>polls without an
 * answer</td></tr>
 * <tr><td>{@code sluice_prometheus_wake_seconds}</td><td></td><td>from a push of Prometheus, or a
 * changed manifest, to the end of the poll it led to: count, sum, max</td></tr>
 * <tr><td>{@code sluice_verdict}</td><td>namespace, inferenceservice, state</td><td>1 for the state
 * of the service's verdict, 0 for the other four</td></tr>
 * <tr><td>{@code sluice_verdict_transitions_total}</td><td>namespace, inferenceservice,
 * state</td><td>how often the service or one of its replicas entered a state</td></tr>
 * </table>
 *
 * <p><em>Thread:</em> any, but verdicts are reached on one. <em>On failure:</em> nothing here
 * fails. <em>On shutdown:</em> nothing to do.
 */
public final class EvaluatorMetrics {

  private final MeterRegistry registry;
  private final Timer polls;
  private final Timer wakes;
  private final Counter failures;
  private final Map<ServiceRef, VerdictGauges> verdicts = new HashMap<>();
  private final AtomicReference<Optional<Instant>> newestEvidence =
      new AtomicReference<>(Optional.empty());

  /** Registers the metrics; {@code clock} tells the age of the evidence. */
  public EvaluatorMetrics(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.polls =
        Timer.builder("sluice.prometheus.poll")
            .description("How long polls of Prometheus take")
            .register(registry);
    this.wakes =
        Timer.builder("sluice.prometheus.wake")
            .description("From a push or a changed manifest to the end of the poll it led to")
            .register(registry);
    this.failures =
        Counter.builder("sluice.prometheus.poll.failures")
            .description("Polls of Prometheus without an answer")
            .register(registry);
    TimeGauge.builder("sluice.prometheus.poll.age", () -> age(clock), TimeUnit.SECONDS)
        .description("Age of the newest evidence")
        .register(registry);
  }

  private double age(InstantSource clock) {
    return newestEvidence
        .get()
        .map(at -> Duration.between(at, clock.instant()).toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  /** One poll is over. */
  public void polled(Observation observation, Duration took) {
    polls.record(took);
    switch (observation) {
      case Observation.Rules rules -> newestEvidence.set(Optional.of(rules.at()));
      case Observation.Failed _ -> failures.increment();
    }
  }

  /** Nobody wants to know: a replica that doesn't decide has no evidence that could grow old. */
  void idle() {
    newestEvidence.set(Optional.empty());
  }

  /** A poll that was asked for is over, this long after it was. */
  void served(Duration took) {
    wakes.record(took);
  }

  /** Verdicts were reached: all services, and what changed. */
  public void judged(Collection<ServiceVerdict> services, List<Transition> transitions) {
    for (ServiceVerdict service : services) {
      verdicts
          .computeIfAbsent(service.service(), ref -> new VerdictGauges(registry, ref))
          .show(service.verdict().state());
    }
    if (verdicts.size() > services.size()) {
      forgetAllBut(services);
    }
    for (Transition transition : transitions) {
      registry
          .counter(
              "sluice.verdict.transitions",
              tags(transition.subject().service(), transition.after().state()))
          .increment();
    }
  }

  private void forgetAllBut(Collection<ServiceVerdict> services) {
    Set<ServiceRef> known =
        services.stream().map(ServiceVerdict::service).collect(Collectors.toSet());
    verdicts
        .entrySet()
        .removeIf(
            entry -> {
              boolean isGone = !known.contains(entry.getKey());
              if (isGone) {
                entry.getValue().remove();
              }
              return isGone;
            });
  }

  /**
   * One service's five gauges: made once, so that a turn over ten thousand services costs little.
   */
  private static final class VerdictGauges {
    private final MeterRegistry registry;
    private final List<Gauge> gauges;
    private volatile VerdictState current = VerdictState.UNKNOWN;

    VerdictGauges(MeterRegistry registry, ServiceRef service) {
      this.registry = registry;
      this.gauges =
          Arrays.stream(VerdictState.values())
              .map(
                  state ->
                      Gauge.builder("sluice.verdict", () -> current == state ? 1.0 : 0.0)
                          .description("1 for the state of the service's verdict, 0 for the others")
                          .tags(tags(service, state))
                          .register(registry))
              .toList();
    }

    void show(VerdictState state) {
      current = state;
    }

    void remove() {
      gauges.forEach(registry::remove);
    }
  }

  private static Tags tags(ServiceRef service, VerdictState state) {
    return Tags.of(
        "namespace",
        service.namespace(),
        "inferenceservice",
        service.name(),
        "state",
        state.word());
  }
}
