package dev.sluice.lab.llm;

/**
 * Whose metrics a {@link FakeLlm} exposes. Their HTTP interfaces are the same as far as we use
 * them.
 */
public enum LlmRuntime {
  /**
   * Latency histograms, token counters and queue gauges, named and bucketed as vLLM's V1 engine
   * does it.
   */
  VLLM {
    @Override
    LlmMetrics metrics(String model) {
      return new VllmMetrics(model);
    }
  },

  /**
   * llama.cpp's server: counters and gauges only, so a latency objective must be measured
   * elsewhere.
   */
  LLAMACPP {
    @Override
    LlmMetrics metrics(String model) {
      return new LlamaCppMetrics();
    }
  };

  abstract LlmMetrics metrics(String model);
}
