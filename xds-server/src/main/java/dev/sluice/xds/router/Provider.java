package dev.sluice.xds.router;

import java.util.Arrays;
import java.util.Optional;

/**
 * A provider outside the cluster, and how it wants its key.
 *
 * <p>Source: LLMKube {@code api/v1alpha1/modelrouter_types.go} (ExternalBackend: names, keys of the
 * Secret) and {@code internal/router/backend.go} (headers). Bedrock and Vertex AI sign requests
 * rather than carry a key, so a LiteLLM proxy must stand before them.
 */
public enum Provider {
  ANTHROPIC("anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY", "x-api-key", ""),
  OPENAI("openai", "https://api.openai.com", "OPENAI_API_KEY", "authorization", "Bearer "),
  LITELLM("litellm", "", "LITELLM_MASTER_KEY", "authorization", "Bearer "),
  BEDROCK("bedrock", "", "", "", ""),
  VERTEX_AI("vertex_ai", "", "", "", "");

  private final String word;
  private final String defaultUrl;
  private final String secretKey;
  private final String header;
  private final String scheme;

  Provider(String word, String defaultUrl, String secretKey, String header, String scheme) {
    this.word = word;
    this.defaultUrl = defaultUrl;
    this.secretKey = secretKey;
    this.header = header;
    this.scheme = scheme;
  }

  /** The provider of LLMKube's word for it. */
  public static Optional<Provider> of(String word) {
    return Arrays.stream(values()).filter(provider -> provider.word.equals(word)).findFirst();
  }

  /** LLMKube's word for it: {@code vertex_ai}. */
  public String word() {
    return word;
  }

  /** Where it is, unless a URL is declared; empty if one must be. */
  public Optional<String> defaultUrl() {
    return Optional.of(defaultUrl).filter(url -> !url.isEmpty());
  }

  /** The key of the Secret that holds the provider's key; empty if it takes none. */
  public Optional<String> secretKey() {
    return Optional.of(secretKey).filter(key -> !key.isEmpty());
  }

  /** The request header that carries the key. */
  public String header() {
    return header;
  }

  /** That header's value for this key. */
  public String headerValue(Credential key) {
    return scheme + key.value();
  }
}
