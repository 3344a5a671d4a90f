package dev.sluice.foreman.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What a gate counts.
 *
 * <table>
 *   <caption>Metrics, by their Prometheus names</caption>
 *   <tr><th>name</th><th>labels</th><th>meaning</th></tr>
 *   <tr><td>{@code sluice_gate_decisions_total}</td><td>{@code answer} (admit, defer, fail_open)
 *       </td><td>work that asked the gate</td></tr>
 * </table>
 */
final class GateMetrics {

  private final Counter admitted;
  private final Counter deferred;
  private final Counter failedOpen;

  GateMetrics(MeterRegistry registry) {
    admitted = counter(registry, "admit");
    deferred = counter(registry, "defer");
    failedOpen = counter(registry, "fail_open");
  }

  void count(GateDecision decision) {
    Counter counter =
        switch (decision) {
          case GateDecision.FailedOpen _ -> failedOpen;
          case GateDecision.Decided _ -> decision.admits() ? admitted : deferred;
        };
    counter.increment();
  }

  private static Counter counter(MeterRegistry registry, String answer) {
    return Counter.builder("sluice.gate.decisions").tag("answer", answer).register(registry);
  }
}
