package dev.sluice.app.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.World;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopMetricsTest extends LoopScenario {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private ServedLoad load = ServedLoad.NONE;
  private final LoopMetrics metrics = new LoopMetrics(registry, () -> load);

  @BeforeEach
  void serve() {
    post(0, new Event.WorldChanged(WORLD));
    post(10, new Event.Tick());
  }

  private static ServedLoad served(long slow, long fine) {
    return new ServedLoad(
        Map.of(CHAT, new Requests(Map.of("all", Map.of("slow", slow, "fine", fine)))));
  }

  private Optional<Double> value(String name, String backend) {
    return Optional.ofNullable(
            registry
                .find(name)
                .tags("namespace", "default", "router", "chat", "rule", "all", "backend", backend)
                .gauge())
        .map(Gauge::value);
  }

  @Test
  void servedRatioHasTheLabelsOfTheWeightItIsComparedWith() {
    load = served(20, 60);

    metrics.update(state);

    assertThat(value("sluice.weight", "slow")).hasValue(500.0);
    assertThat(value("sluice.served.ratio", "slow")).hasValue(0.25);
    assertThat(value("sluice.served.ratio", "fine")).hasValue(0.75);
  }

  @Test
  void withoutRequestsThereIsNoServedRatio() {
    metrics.update(state);
    assertThat(value("sluice.served.ratio", "slow")).isEmpty();

    load = served(0, 60);
    metrics.update(state);
    assertThat(value("sluice.served.ratio", "slow")).hasValue(0.0);

    load = ServedLoad.NONE;
    metrics.update(state);
    assertThat(value("sluice.served.ratio", "slow")).isEmpty();
    assertThat(value("sluice.weight", "slow")).hasValue(500.0);
  }

  @Test
  void routerThatIsGoneHasNoServedRatio() {
    load = served(20, 60);
    metrics.update(state);

    post(20, new Event.WorldChanged(World.EMPTY));
    metrics.update(state);

    assertThat(registry.find("sluice.served.ratio").gauges()).isEmpty();
  }
}
