package dev.sluice.foreman.rpc;

import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.DispatchDecision.Admit;
import dev.sluice.foreman.dispatch.DispatchDecision.Defer;
import io.grpc.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the breach service counts.
 *
 * <table>
 *   <caption>Metrics, by their Prometheus names</caption>
 *   <tr><th>name</th><th>labels</th><th>meaning</th></tr>
 *   <tr><td>{@code sluice_dispatch_decisions_total}</td><td>{@code decision} (admit, defer),
 *       {@code reason}, {@code caller}</td><td>decisions that were asked for, and whose certificate
 *       was shown; of a hundred callers, then {@code others}</td></tr>
 *   <tr><td>{@code sluice_breach_watchers}</td><td></td><td>open watches</td></tr>
 *   <tr><td>{@code sluice_breach_rpc_errors_total}</td><td>{@code method}, {@code code}</td>
 *       <td>calls that ended with a gRPC status other than OK</td></tr>
 * </table>
 */
public final class BreachMetrics {

  /** Certificates come and go, and a label's values stay. */
  private static final int MOST_CALLERS = 100;

  private static final String OTHERS = "others";

  private final MeterRegistry registry;
  private final Set<String> callers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger watchers = new AtomicInteger();

  /** Counts into this registry. */
  public BreachMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("sluice.breach.watchers", watchers, AtomicInteger::get)
        .description("Open watches of the breach service")
        .register(registry);
  }

  void decided(DispatchDecision decision, String caller) {
    String word =
        switch (decision) {
          case Admit _ -> "admit";
          case Defer _ -> "defer";
        };
    String reason = decision.grounds().reason().name().toLowerCase(Locale.ROOT);
    registry
        .counter(
            "sluice.dispatch.decisions",
            "decision",
            word,
            "reason",
            reason,
            "caller",
            isTold(caller) ? caller : OTHERS)
        .increment();
  }

  private boolean isTold(String caller) {
    return callers.contains(caller) || (callers.size() < MOST_CALLERS && addTold(caller));
  }

  private boolean addTold(String caller) {
    callers.add(caller);
    return true;
  }

  void watchers(int open) {
    watchers.set(open);
  }

  void failed(String method, Status.Code code) {
    registry.counter("sluice.breach.rpc.errors", "method", method, "code", code.name()).increment();
  }
}
