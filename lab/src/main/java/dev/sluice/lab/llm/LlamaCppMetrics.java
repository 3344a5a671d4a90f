package dev.sluice.lab.llm;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/**
 * The part of llama.cpp's server metrics that tells traffic: no labels, no histogram, nothing about
 * errors.
 */
final class LlamaCppMetrics implements LlmMetrics {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Gauge processing = gauge("requests_processing", "Requests processing.");
  private final Counter promptTokens = counter("prompt_tokens", "Prompt tokens processed.");
  private final Counter promptSeconds = counter("prompt_seconds", "Prompt process time.");
  private final Counter predicted = counter("tokens_predicted", "Generation tokens processed.");
  private final Counter predictedSeconds =
      counter("tokens_predicted_seconds", "Predict process time.");

  LlamaCppMetrics() {
    gauge("requests_deferred", "Requests deferred.");
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name("llamacpp:" + name).help(help).register(registry);
  }

  private Counter counter(String name, String help) {
    return Counter.builder().name("llamacpp:" + name).help(help).register(registry);
  }

  @Override
  public void started() {
    processing.inc();
  }

  @Override
  public void firstToken(Duration ttft) {
    promptSeconds.inc(LlmMetrics.seconds(ttft));
  }

  @Override
  public void finished(Generation generation) {
    processing.dec();
    promptTokens.inc(generation.promptTokens());
    predicted.inc(generation.outputTokens());
    predictedSeconds.inc(LlmMetrics.seconds(generation.decode()));
  }

  @Override
  public void aborted() {
    processing.dec();
  }

  @Override
  public PrometheusRegistry registry() {
    return registry;
  }
}
