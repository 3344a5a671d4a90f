package dev.sluice.xds.serving;

import io.micrometer.core.instrument.MeterRegistry;

/** Meters of the xDS server. */
public final class XdsMetrics {

  private final MeterRegistry registry;

  public XdsMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  MeterRegistry registry() {
    return registry;
  }
}
