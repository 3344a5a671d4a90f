package dev.sluice.xds.serving;

import dev.sluice.lab.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server on a free port for one test, its events kept. */
final class TestServer implements AfterEachCallback {

  private final List<ServingEvent> events = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final XdsServer server = start(0);

  private XdsServer start(int port) {
    return XdsServer.start(
        XdsSettings.loopback(port), events::add, InstantSource.system(), new XdsMetrics(meters));
  }

  XdsServer server() {
    return server;
  }

  List<ServingEvent> events() {
    return events;
  }

  SimpleMeterRegistry meters() {
    return meters;
  }

  FleetStatus status() {
    return server.status().getFirst();
  }

  double counted(String meter) {
    return meters.get(meter).counters().stream().mapToDouble(counter -> counter.count()).sum();
  }

  void eventually(String what, Runnable assertion) {
    Await.untilAsserted(Duration.ofSeconds(10), what, assertion);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server.close();
  }
}
