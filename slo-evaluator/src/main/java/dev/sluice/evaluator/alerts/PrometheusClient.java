package dev.sluice.evaluator.alerts;

/** Stub. */
public final class PrometheusClient implements AutoCloseable {

  private final PrometheusSettings settings;

  /** Stub. */
  public PrometheusClient(PrometheusSettings settings) {
    this.settings = settings;
  }

  @Override
  public void close() {
    settings.baseUrl();
  }
}
