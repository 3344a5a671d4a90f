package dev.sluice.foreman.client;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;

/**
 * Counts in Micrometer what a gate does. The only class here that needs Micrometer.
 *
 * <table>
 *   <caption>Metrics, by their Prometheus names</caption>
 *   <tr><th>name</th><th>labels</th><th>meaning</th></tr>
 *   <tr><td>{@code sluice_gate_decisions_total}</td><td>{@code answer} (admit, defer, fail_open)
 *       </td><td>work that asked the gate</td></tr>
 *   <tr><td>{@code sluice_gate_heard_timestamp_seconds}</td><td></td><td>when the breach service
 *       was last heard, in seconds since 1970; NaN before the first time</td></tr>
 *   <tr><td>{@code sluice_gate_watch_ends_total}</td><td>{@code code}</td><td>watches that ended,
 *       by gRPC status, each attempt to reconnect that failed included</td></tr>
 * </table>
 */
public final class GateMetrics implements GateListener {

  private final MeterRegistry registry;
  private final Counter admitted;
  private final Counter deferred;
  private final Counter failedOpen;
  private volatile double heardAt = Double.NaN;

  /** Counts into this registry; one gate for each. */
  public GateMetrics(MeterRegistry registry) {
    this.registry = registry;
    admitted = counter(registry, "admit");
    deferred = counter(registry, "defer");
    failedOpen = counter(registry, "fail_open");
    Gauge.builder("sluice.gate.heard.timestamp", this, metrics -> metrics.heardAt)
        .description("When the breach service was last heard")
        .baseUnit("seconds")
        .strongReference(true)
        .register(registry);
  }

  @Override
  public void decided(GateDecision decision) {
    if (decision instanceof GateDecision.FailedOpen) {
      failedOpen.increment();
    } else if (decision.admits()) {
      admitted.increment();
    } else {
      deferred.increment();
    }
  }

  @Override
  public void heard(Instant at) {
    heardAt = at.toEpochMilli() / 1000.0;
  }

  @Override
  public void watchEnded(Status status) {
    registry.counter("sluice.gate.watch.ends", "code", status.getCode().name()).increment();
  }

  private static Counter counter(MeterRegistry registry, String answer) {
    return Counter.builder("sluice.gate.decisions").tag("answer", answer).register(registry);
  }
}
