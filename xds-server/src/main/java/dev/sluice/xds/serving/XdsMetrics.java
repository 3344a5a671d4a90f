package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Meters of the xDS server; meters of a fleet go away with it.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name</th><th>kind</th><th>tags</th><th>meaning</th></tr>
 *   <tr><td>{@code sluice.xds.nodes}</td><td>gauge</td><td>fleet</td>
 *       <td>connected nodes of a published fleet</td></tr>
 *   <tr><td>{@code sluice.xds.nodes.waiting}</td><td>gauge</td><td></td>
 *       <td>connected nodes whose fleet is unknown or not published yet</td></tr>
 *   <tr><td>{@code sluice.xds.streams}</td><td>gauge</td><td></td>
 *       <td>open streams, of at most {@link XdsSettings#maxStreams}</td></tr>
 *   <tr><td>{@code sluice.xds.refusals}</td><td>counter</td><td>reason</td>
 *       <td>streams refused: {@code fleet}, the certificate doesn't name the fleet that was asked
 *       for; {@code limit}, too many are open</td></tr>
 *   <tr><td>{@code sluice.xds.fleet.rejected}</td><td>gauge</td><td>fleet</td>
 *       <td>1 while the wanted snapshot is rejected and an older one is served</td></tr>
 *   <tr><td>{@code sluice.xds.pushes}</td><td>counter</td><td>fleet, type</td>
 *       <td>responses sent</td></tr>
 *   <tr><td>{@code sluice.xds.pushed.resources}</td><td>counter</td><td>fleet, type</td>
 *       <td>resources in them; over delta those that the node didn't have</td></tr>
 *   <tr><td>{@code sluice.xds.acks}</td><td>counter</td><td>fleet, type</td>
 *       <td>responses applied</td></tr>
 *   <tr><td>{@code sluice.xds.nacks}</td><td>counter</td><td>fleet, type</td>
 *       <td>responses rejected</td></tr>
 *   <tr><td>{@code sluice.xds.ack}</td><td>timer</td><td>fleet, type</td>
 *       <td>from sending a response to its acknowledgement</td></tr>
 * </table>
 *
 * <p>{@code type} is {@code cds}, {@code eds}, {@code lds}, {@code rds} or {@code sds}.
 */
public final class XdsMetrics {

  private static final String PREFIX = "sluice.xds.";

  private final MeterRegistry registry;

  /** Why a stream was refused. */
  enum Refusal {
    FLEET,
    LIMIT
  }

  public XdsMetrics(MeterRegistry registry) {
    this.registry = registry;
    // From the start, so that the first one is an increase.
    for (Refusal reason : Refusal.values()) {
      Counter _ = refusals(reason);
    }
  }

  void observe(Fleets fleets, StreamGate gate) {
    Gauge.builder(PREFIX + "nodes.waiting", () -> fleets.waiting().size()).register(registry);
    Gauge.builder(PREFIX + "streams", gate::size).register(registry);
  }

  void refused(Refusal reason) {
    refusals(reason).increment();
  }

  private Counter refusals(Refusal reason) {
    return registry.counter(PREFIX + "refusals", "reason", reason.name().toLowerCase(Locale.ROOT));
  }

  void published(RouterRef ref, Fleet fleet) {
    gauge("nodes", ref, fleet, Fleet::size);
    gauge("fleet.rejected", ref, fleet, known -> known.isRejected() ? 1 : 0);
  }

  private void gauge(String name, RouterRef ref, Fleet fleet, ToDoubleFunction<Fleet> value) {
    Gauge.builder(PREFIX + name, fleet, value)
        .tag("fleet", ref.toString())
        .strongReference(true)
        .register(registry);
  }

  void removed(RouterRef ref) {
    List<Meter> gone = new ArrayList<>();
    for (Meter meter : registry.getMeters()) {
      boolean ours = meter.getId().getName().startsWith(PREFIX);
      if (ours && ref.toString().equals(meter.getId().getTag("fleet"))) {
        gone.add(meter);
      }
    }
    gone.forEach(registry::remove);
  }

  void pushed(RouterRef fleet, XdsType type, int resources) {
    count("pushes", fleet, type, 1);
    count("pushed.resources", fleet, type, resources);
  }

  void acked(RouterRef fleet, XdsType type, Duration latency) {
    count("acks", fleet, type, 1);
    registry.timer(PREFIX + "ack", "fleet", fleet.toString(), "type", type.label()).record(latency);
  }

  void nacked(RouterRef fleet, XdsType type) {
    count("nacks", fleet, type, 1);
  }

  private void count(String name, RouterRef fleet, XdsType type, int by) {
    registry.counter(PREFIX + name, "fleet", fleet.toString(), "type", type.label()).increment(by);
  }
}
