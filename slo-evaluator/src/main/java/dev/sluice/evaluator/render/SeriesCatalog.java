package dev.sluice.evaluator.render;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which series measure a service, by its runtime: the runtime's own where it has them, else those
 * of our Envoy.
 *
 * <p>Sources: vLLM {@code vllm/v1/metrics/loggers.py}, SGLang {@code
 * python/sglang/srt/metrics/collector.py} (the defaults; both runtimes can be told other bounds).
 * {@code namespace} and {@code service} are what LLMKube's PodMonitor sets; Envoy's names are those
 * of the access log that xds-server configures.
 */
public final class SeriesCatalog {

  /** What Envoy counts per attempt, by code; 0 is an attempt without an answer. */
  static final String ATTEMPTS = "envoy_sluice_attempts_total";

  /** The label of Envoy's series that names the InferenceService. */
  static final String ENVOY_SERVICE_LABEL = "inferenceservice";

  private static final String RUNTIME_SERVICE_LABEL = "service";

  private static final Histogram VLLM_TTFT =
      seconds(
          "vllm:time_to_first_token_seconds",
          "0.001 0.005 0.01 0.02 0.04 0.06 0.08 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10 20 40 80 160 640"
              + " 2560");
  private static final Histogram VLLM_TIME_PER_OUTPUT_TOKEN =
      seconds(
          "vllm:request_time_per_output_token_seconds",
          "0.01 0.025 0.05 0.075 0.1 0.15 0.2 0.3 0.4 0.5 0.75 1 2.5 5 7.5 10 20 40 80");
  private static final Histogram VLLM_LATENCY =
      seconds(
          "vllm:e2e_request_latency_seconds",
          "0.3 0.5 0.8 1 1.5 2 2.5 5 10 15 20 30 40 50 60 120 240 480 960 1920 7680");
  private static final Histogram SGLANG_TTFT =
      seconds(
          "sglang:time_to_first_token_seconds",
          "0.1 0.2 0.4 0.6 0.8 1 2 4 6 8 10 20 40 60 80 100 200 400");

  private final Histogram envoyTtft;

  /**
   * The series that there are.
   *
   * @param envoyBucketsMs the bounds that our Envoys' bootstrap sets, in milliseconds
   */
  public SeriesCatalog(List<Integer> envoyBucketsMs) {
    envoyTtft =
        new Histogram(
            "envoy_sluice_ttft_milliseconds",
            ENVOY_SERVICE_LABEL,
            Histogram.Unit.MILLISECONDS,
            envoyBucketsMs.stream().map(BigDecimal::valueOf).toList());
  }

  private static Histogram seconds(String metric, String bounds) {
    return new Histogram(
        metric,
        RUNTIME_SERVICE_LABEL,
        Histogram.Unit.SECONDS,
        Arrays.stream(bounds.split(" ", -1)).map(BigDecimal::new).toList());
  }

  /** The time to the first token. */
  Histogram ttft(ServingRuntime runtime) {
    return switch (runtime) {
      case VLLM -> VLLM_TTFT;
      case SGLANG -> SGLANG_TTFT;
      case LLAMACPP, LLAMACPP_ROUTER, PERSONAPLEX, TGI, GENERIC -> envoyTtft;
    };
  }

  /** A request's mean time per output token; empty where nobody measures it. */
  Optional<Histogram> timePerOutputToken(ServingRuntime runtime) {
    return switch (runtime) {
      case VLLM -> Optional.of(VLLM_TIME_PER_OUTPUT_TOKEN);
      case SGLANG, LLAMACPP, LLAMACPP_ROUTER, PERSONAPLEX, TGI, GENERIC -> Optional.empty();
    };
  }

  /** The histogram that a {@code _bucket} series belongs to, if it is one that is known. */
  public Optional<Histogram> ofBucket(String series) {
    return Stream.of(VLLM_TTFT, VLLM_TIME_PER_OUTPUT_TOKEN, VLLM_LATENCY, SGLANG_TTFT, envoyTtft)
        .filter(histogram -> series.equals(histogram.metric() + "_bucket"))
        .findFirst();
  }

  /** The runtime that alone exports a series; empty for Envoy's and for unknown ones. */
  public static Optional<ServingRuntime> exporter(String series) {
    if (series.startsWith("vllm:")) {
      return Optional.of(ServingRuntime.VLLM);
    }
    return series.startsWith("sglang:") ? Optional.of(ServingRuntime.SGLANG) : Optional.empty();
  }
}
