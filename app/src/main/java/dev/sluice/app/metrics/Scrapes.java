package dev.sluice.app.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * Keeps a scrape and a replacement of gauges' rows apart. A {@code MultiGauge} takes a row out and
 * puts it in again; a scrape meanwhile finds it twice and fails as a whole, or not at all
 * (micrometer issue 6851).
 */
public final class Scrapes {

  private Scrapes() {}

  /** Replaces rows; waits for a scrape that is under way, some milliseconds for a thousand rows. */
  public static void replace(MeterRegistry registry, Runnable rows) {
    synchronized (registry) {
      rows.run();
    }
  }

  /** All metrics in Prometheus's text format. */
  public static String text(PrometheusMeterRegistry registry) {
    synchronized (registry) {
      return registry.scrape();
    }
  }
}
