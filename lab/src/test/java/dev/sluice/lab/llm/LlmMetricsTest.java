package dev.sluice.lab.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.llm.LlmMetrics.Generation;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LlmMetricsTest {

  private static final Generation ANSWER =
      new Generation(7, 5, Duration.ofMillis(300), Duration.ofMillis(500));
  private static final String LABELS = "{engine=\"0\",model_name=\"qwen\"}";

  @Test
  void vllmBucketsCountWhatTheyBound() throws IOException {
    LlmMetrics metrics = LlmRuntime.VLLM.metrics("qwen");

    answer(metrics, ANSWER);

    assertThat(lines(metrics))
        .contains(
            ttftBucket("0.25") + " 0",
            ttftBucket("0.5") + " 1",
            ttftBucket("1.0") + " 1",
            ttftBucket("+Inf") + " 1",
            "vllm:time_to_first_token_seconds_count" + LABELS + " 1",
            "vllm:e2e_request_latency_seconds_sum" + LABELS + " 0.5",
            "vllm:request_time_per_output_token_seconds_sum" + LABELS + " 0.05",
            "vllm:inter_token_latency_seconds_count" + LABELS + " 4",
            "vllm:prompt_tokens_total" + LABELS + " 7.0",
            "vllm:generation_tokens_total" + LABELS + " 5.0",
            "vllm:num_requests_running" + LABELS + " 0.0",
            "vllm:num_requests_waiting" + LABELS + " 0.0");
  }

  @Test
  void vllmBoundsAreSpelledAsPythonSpellsThem() throws IOException {
    List<String> bounds =
        lines(LlmRuntime.VLLM.metrics("qwen")).stream()
            .filter(line -> line.startsWith("vllm:time_to_first_token_seconds_bucket"))
            .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
            .toList();

    assertThat(bounds)
        .containsExactly(
            "0.001", "0.005", "0.01", "0.02", "0.04", "0.06", "0.08", "0.1", "0.25", "0.5", "0.75",
            "1.0", "2.5", "5.0", "7.5", "10.0", "20.0", "40.0", "80.0", "160.0", "640.0", "2560.0",
            "+Inf");
  }

  @Test
  void vllmCountsHowRequestsEnded() throws IOException {
    LlmMetrics metrics = LlmRuntime.VLLM.metrics("qwen");

    answer(metrics, ANSWER);
    metrics.started();
    metrics.aborted();
    metrics.started();

    assertThat(lines(metrics))
        .contains(success("stop") + " 1.0", success("abort") + " 1.0", success("length") + " 0.0")
        .contains("vllm:num_requests_running" + LABELS + " 1.0");
  }

  @Test
  void llamaCppHasNoLatencyHistogram() throws IOException {
    LlmMetrics metrics = LlmRuntime.LLAMACPP.metrics("qwen");

    answer(metrics, ANSWER);
    metrics.started();

    assertThat(lines(metrics).stream().filter(line -> !line.startsWith("#")))
        .containsExactlyInAnyOrder(
            "llamacpp:requests_processing 1.0",
            "llamacpp:requests_deferred 0.0",
            "llamacpp:prompt_tokens_total 7.0",
            "llamacpp:prompt_seconds_total 0.3",
            "llamacpp:tokens_predicted_total 5.0",
            "llamacpp:tokens_predicted_seconds_total 0.2");
  }

  private static void answer(LlmMetrics metrics, Generation generation) {
    metrics.started();
    metrics.firstToken(generation.ttft());
    metrics.finished(generation);
  }

  private static String ttftBucket(String bound) {
    return "vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"qwen\",le=\"%s\"}"
        .formatted(bound);
  }

  private static String success(String reason) {
    return "vllm:request_success_total{engine=\"0\",finished_reason=\"%s\",model_name=\"qwen\"}"
        .formatted(reason);
  }

  private static List<String> lines(LlmMetrics metrics) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, metrics.registry().scrape());
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
