package dev.sluice.evaluator.render;

import java.util.Arrays;

/**
 * What serves the model; it decides which series there are.
 *
 * <p>Source: the values of {@code spec.runtime} in LLMKube {@code
 * api/v1alpha1/inferenceservice_types.go}.
 */
public enum ServingRuntime {
  /** llama.cpp's server, LLMKube's default; counters and gauges only. */
  LLAMACPP("llamacpp"),
  /** llama.cpp's server with several models. */
  LLAMACPP_ROUTER("llamacpp-router"),
  /** PersonaPlex, speech. */
  PERSONAPLEX("personaplex"),
  /** vLLM. */
  VLLM("vllm"),
  /** Text Generation Inference. */
  TGI("tgi"),
  /** SGLang. */
  SGLANG("sglang"),
  /** Any other; nothing is known of its series. */
  GENERIC("generic");

  private final String word;

  ServingRuntime(String word) {
    this.word = word;
  }

  /** The runtime of a {@code spec.runtime}; a word nobody knows is {@link #GENERIC}. */
  public static ServingRuntime of(String word) {
    return Arrays.stream(values())
        .filter(runtime -> runtime.word.equals(word))
        .findFirst()
        .orElse(GENERIC);
  }

  /** As {@code spec.runtime} names it. */
  public String word() {
    return word;
  }
}
