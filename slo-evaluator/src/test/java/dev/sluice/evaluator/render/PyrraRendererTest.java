package dev.sluice.evaluator.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.declare.Resolution;
import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PyrraRendererTest {

  private static final SeriesCatalog CATALOG = new SeriesCatalog(List.of(25, 100, 500, 1000));
  private static final String VLLM = "{namespace=\"ml\",service=\"qwen\"";
  private static final String ENVOY = "{namespace=\"ml\",inferenceservice=\"qwen\"";

  @Test
  void threeTargetsBecomeThreeObjectives() {
    Rendering rendering =
        render(spec(OptionalInt.of(500), OptionalDouble.of(0.005), OptionalInt.of(40)));

    assertThat(rendering.notes()).isEmpty();
    assertThat(rendering.objectives())
        .extracting(rendered -> rendered.slo().ref() + " " + rendered.slo().target())
        .containsExactly("ml/qwen-ttft 99", "ml/qwen-errors 99.5", "ml/qwen-throughput 95");
    assertThat(rendering.objectives())
        .extracting(rendered -> rendered.slo().indicator())
        .containsExactly(
            new PyrraIndicator.Latency(
                "vllm:time_to_first_token_seconds_bucket" + VLLM + ",le=\"0.5\"}",
                "vllm:time_to_first_token_seconds_count" + VLLM + "}",
                List.of()),
            new PyrraIndicator.Ratio(
                "envoy_sluice_attempts_total" + ENVOY + ",code=~\"5..|0\"}",
                "envoy_sluice_attempts_total" + ENVOY + "}",
                List.of()),
            new PyrraIndicator.Latency(
                "vllm:request_time_per_output_token_seconds_bucket" + VLLM + ",le=\"0.025\"}",
                "vllm:request_time_per_output_token_seconds_count" + VLLM + "}",
                List.of()));
  }

  @Test
  void labelsNameTheServiceToUsAndToTheAlerts() {
    RenderedSlo rendered = onlyTtft(ServingRuntime.VLLM, 500).objectives().getFirst();

    assertThat(rendered.slo().labels())
        .isEqualTo(
            Map.of(
                "inference.llmkube.dev/inferenceservice", "qwen",
                "app.kubernetes.io/managed-by", "sluice",
                "pyrra.dev/inferenceservice", "qwen",
                "pyrra.dev/namespace", "ml"));
    assertThat(rendered.annotations()).isEqualTo(Map.of("sluice.dev/inferenceslo", "chat"));
  }

  @Test
  void everyRenderedObjectiveIsOneWeJudge() {
    Rendering rendering =
        render(spec(OptionalInt.of(500), OptionalDouble.of(0.005), OptionalInt.of(40)));

    for (RenderedSlo rendered : rendering.objectives()) {
      PyrraSlo slo = rendered.slo();
      assertThat(ObjectiveResolver.resolve(slo))
          .isInstanceOfSatisfying(
              Resolution.Resolved.class,
              resolved -> {
                assertThat(resolved.objective().service()).isEqualTo(new ServiceRef("ml", "qwen"));
                assertThat(resolved.objective().window()).isEqualTo(Duration.ofDays(7));
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "VLLM,     vllm:time_to_first_token_seconds,   service,          0.5",
    "SGLANG,   sglang:time_to_first_token_seconds, service,          0.4",
    "LLAMACPP, envoy_sluice_ttft_milliseconds,     inferenceservice, 500",
    "TGI,      envoy_sluice_ttft_milliseconds,     inferenceservice, 500",
    "GENERIC,  envoy_sluice_ttft_milliseconds,     inferenceservice, 500"
  })
  void theFirstTokenIsMeasuredByTheRuntimeOrElseByEnvoy(
      ServingRuntime runtime, String metric, String serviceLabel, String le) {
    RenderedSlo rendered = onlyTtft(runtime, 500).objectives().getFirst();

    assertThat(rendered.slo().indicator())
        .isInstanceOfSatisfying(
            PyrraIndicator.Latency.class,
            latency ->
                assertThat(latency.success())
                    .isEqualTo(
                        "%s_bucket{namespace=\"ml\",%s=\"qwen\",le=\"%s\"}"
                            .formatted(metric, serviceLabel, le)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VLLM     | 1000   | 1",
        "SGLANG   | 100000 | 100",
        "LLAMACPP | 1000   | 1000",
        "VLLM     | 120000 | 80"
      })
  void aBoundIsWrittenWithoutZerosBehindThePoint(ServingRuntime runtime, int millis, String le) {
    assertThat(onlyTtft(runtime, millis).objectives().getFirst().slo().indicator())
        .isInstanceOfSatisfying(
            PyrraIndicator.Latency.class,
            latency -> assertThat(latency.success()).endsWith(",le=\"" + le + "\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VLLM     | 600    | 600 ms is no bucket of vllm:time_to_first_token_seconds, so 500 ms is"
            + " judged (expected: a bucket, like 500 ms or 750 ms)",
        "LLAMACPP | 120000 | 120000 ms is no bucket of envoy_sluice_ttft_milliseconds, so 1000 ms"
            + " is judged (expected: a bucket, like 1000 ms)"
      })
  void aThresholdBetweenBucketsIsRoundedDownAndSaidSo(
      ServingRuntime runtime, int millis, String words) {
    assertThat(onlyTtft(runtime, millis).notes())
        .containsExactly(new RenderNote.Rounded("spec.ttftP99Ms", words));
  }

  @Test
  void aThresholdBelowTheFinestBucketMakesNoObjective() {
    Rendering rendering = onlyTtft(ServingRuntime.SGLANG, 50);

    assertThat(rendering.objectives()).isEmpty();
    assertThat(rendering.notes())
        .containsExactly(
            new RenderNote.NotMeasurable(
                "spec.ttftP99Ms",
                "50 ms is stricter than the finest bucket of sglang:time_to_first_token_seconds"
                    + " (expected: 100 ms or laxer)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30  | 30 tokens a second is no bucket of vllm:request_time_per_output_token_seconds, so 40"
            + " tokens a second is judged (expected: a bucket, like 40 tokens a second or 20 tokens"
            + " a second)",
        "101 | 101 tokens a second is stricter than the finest bucket of"
            + " vllm:request_time_per_output_token_seconds (expected: 100 tokens a second or laxer)"
      })
  void aRateBetweenBucketsIsRoundedUpAndOneBeyondThemRefused(int tokensPerSecond, String words) {
    Rendering rendering =
        render(spec(OptionalInt.empty(), OptionalDouble.empty(), OptionalInt.of(tokensPerSecond)));

    assertThat(rendering.notes()).extracting(RenderNote::words).containsExactly(words);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VLLM")
  void aGenerationRateThatNobodyMeasuresIsNamed(ServingRuntime runtime) {
    Rendering rendering =
        PyrraRenderer.render(
            spec(OptionalInt.empty(), OptionalDouble.empty(), OptionalInt.of(40)),
            runtime,
            CATALOG);

    assertThat(rendering.objectives()).isEmpty();
    assertThat(rendering.notes())
        .containsExactly(
            new RenderNote.NotMeasurable(
                "spec.minThroughputTokS",
                "nothing measures the generation rate of runtime "
                    + runtime.word()
                    + " (expected: runtime vllm, or no spec.minThroughputTokS)"));
  }

  @ParameterizedTest
  @CsvSource({"0.005, 99.5", "0.007, 99.3", "0.5, 50", "0.000001, 99.9999", "0.1, 90"})
  void aBudgetBecomesItsTargetInDecimal(double budget, String target) {
    Rendering rendering =
        render(spec(OptionalInt.empty(), OptionalDouble.of(budget), OptionalInt.empty()));

    assertThat(rendering.objectives().getFirst().slo().target()).isEqualTo(target);
  }

  @Test
  void aServiceThatNoLabelCanNameIsRefused() {
    String name = "q".repeat(64);
    InferenceSloSpec spec =
        new InferenceSloSpec(
            "chat",
            new ServiceRef("ml", name),
            Duration.ofDays(7),
            OptionalInt.of(500),
            OptionalDouble.empty(),
            OptionalInt.empty());

    Rendering rendering = render(spec);

    assertThat(rendering.objectives()).isEmpty();
    assertThat(rendering.notes())
        .containsExactly(
            new RenderNote.NotMeasurable(
                "spec.targetRef.name",
                "\""
                    + name
                    + "\" has 64 characters (expected: at most 63, so that a label can name it)"));
  }

  @Test
  void aRuntimeThatNobodyKnowsIsGeneric() {
    assertThat(ServingRuntime.of("llamacpp-router")).isEqualTo(ServingRuntime.LLAMACPP_ROUTER);
    assertThat(ServingRuntime.of("mlx")).isEqualTo(ServingRuntime.GENERIC);
  }

  private static Rendering onlyTtft(ServingRuntime runtime, int millis) {
    return PyrraRenderer.render(
        spec(OptionalInt.of(millis), OptionalDouble.empty(), OptionalInt.empty()),
        runtime,
        CATALOG);
  }

  private static Rendering render(InferenceSloSpec spec) {
    return PyrraRenderer.render(spec, ServingRuntime.VLLM, CATALOG);
  }

  private static InferenceSloSpec spec(
      OptionalInt ttft, OptionalDouble budget, OptionalInt throughput) {
    return new InferenceSloSpec(
        "chat", new ServiceRef("ml", "qwen"), Duration.ofDays(7), ttft, budget, throughput);
  }
}
