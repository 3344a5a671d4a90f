package dev.sluice.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScrapesTest {

  private static final int ROWS = 300;

  @Test
  void aScrapeWhileRowsAreReplacedFindsEachOnce() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    MultiGauge gauge = MultiGauge.builder("weight").register(registry);
    List<MultiGauge.Row<Number>> rows =
        IntStream.range(0, ROWS)
            .mapToObj(at -> MultiGauge.Row.of(Tags.of("backend", "b" + at), at))
            .toList();
    Scrapes.replace(registry, () -> gauge.register(rows, true));
    AtomicBoolean isDone = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              while (!isDone.get()) {
                Scrapes.replace(registry, () -> gauge.register(rows, true));
              }
            });
    try {
      for (int scrape = 0; scrape < 200; scrape++) {
        assertThat(Scrapes.text(registry).lines().filter(line -> line.startsWith("weight{")))
            .hasSize(ROWS);
      }
    } finally {
      isDone.set(true);
      writer.join();
    }
  }
}
