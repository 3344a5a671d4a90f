package dev.sluice.lab.llm;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/**
 * vLLM's metrics: names, labels and buckets of its V1 engine ({@code vllm/v1/metrics/loggers.py}).
 * The client library writes bucket bounds as Python's does ({@code le="1.0"}), which is what
 * Pyrra's selectors must match.
 */
final class VllmMetrics implements LlmMetrics {

  private static final double[] TTFT = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
    80, 160, 640, 2560
  };
  private static final double[] REQUEST_LATENCY = {
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };
  private static final double[] TOKEN_LATENCY = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };
  private static final String ENGINE = "0"; // one engine, no data parallelism

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final String model;
  private final DistributionDataPoint ttft;
  private final DistributionDataPoint endToEnd;
  private final DistributionDataPoint timePerOutputToken;
  private final DistributionDataPoint interTokenLatency;
  private final CounterDataPoint stopped;
  private final CounterDataPoint aborted;
  private final CounterDataPoint promptTokens;
  private final CounterDataPoint generationTokens;
  private final GaugeDataPoint running;

  VllmMetrics(String model) {
    this.model = model;
    ttft = histogram("time_to_first_token_seconds", "Time to first token.", TTFT);
    endToEnd = histogram("e2e_request_latency_seconds", "End to end latency.", REQUEST_LATENCY);
    timePerOutputToken =
        histogram(
            "request_time_per_output_token_seconds",
            "Mean time per output token of a request.",
            TOKEN_LATENCY);
    interTokenLatency =
        histogram("inter_token_latency_seconds", "Time between two tokens.", TOKEN_LATENCY);
    promptTokens = counter("prompt_tokens", "Prefill tokens processed.");
    generationTokens = counter("generation_tokens", "Generation tokens processed.");
    running = gauge("num_requests_running", "Requests in execution batches.");
    gauge("num_requests_waiting", "Requests waiting to be processed.");
    Counter success =
        Counter.builder()
            .name("vllm:request_success")
            .help("Finished requests.")
            .labelNames("model_name", "engine", "finished_reason")
            .register(registry);
    stopped = success.labelValues(model, ENGINE, "stop");
    success.initLabelValues(model, ENGINE, "length");
    aborted = success.labelValues(model, ENGINE, "abort");
  }

  private DistributionDataPoint histogram(String name, String help, double[] buckets) {
    return Histogram.builder()
        .name("vllm:" + name)
        .help(help)
        .labelNames("model_name", "engine")
        .classicOnly()
        .classicUpperBounds(buckets)
        .register(registry)
        .labelValues(model, ENGINE);
  }

  private CounterDataPoint counter(String name, String help) {
    return Counter.builder()
        .name("vllm:" + name)
        .help(help)
        .labelNames("model_name", "engine")
        .register(registry)
        .labelValues(model, ENGINE);
  }

  private GaugeDataPoint gauge(String name, String help) {
    return Gauge.builder()
        .name("vllm:" + name)
        .help(help)
        .labelNames("model_name", "engine")
        .register(registry)
        .labelValues(model, ENGINE);
  }

  @Override
  public void started() {
    running.inc();
  }

  @Override
  public void firstToken(Duration elapsed) {
    ttft.observe(LlmMetrics.seconds(elapsed));
  }

  @Override
  public void finished(Generation generation) {
    running.dec();
    stopped.inc();
    promptTokens.inc(generation.promptTokens());
    generationTokens.inc(generation.outputTokens());
    endToEnd.observe(LlmMetrics.seconds(generation.total()));
    double perToken = LlmMetrics.seconds(generation.perOutputToken());
    timePerOutputToken.observe(perToken);
    for (int gap = 1; gap < generation.outputTokens(); gap++) {
      interTokenLatency.observe(perToken);
    }
  }

  @Override
  public void aborted() {
    running.dec();
    aborted.inc();
  }

  @Override
  public PrometheusRegistry registry() {
    return registry;
  }
}
