package dev.sluice.lab.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What an OpenAI client asked for.
 *
 * @param chat true for {@code /v1/chat/completions}, false for {@code /v1/completions}
 * @param promptTokens an estimate
 */
record CompletionRequest(boolean chat, String model, boolean stream, int promptTokens) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHARACTERS_PER_TOKEN = 4; // OpenAI's rule of thumb for English text

  /** Throws {@link IllegalArgumentException} with a message for the client. */
  static CompletionRequest parse(boolean chat, String body) {
    JsonNode root = readObject(body);
    String promptField = chat ? "messages" : "prompt";
    if (!root.path("model").isTextual()) {
      throw new IllegalArgumentException("model: missing (expected: a text)");
    }
    if (!root.has(promptField)) {
      throw new IllegalArgumentException(promptField + ": missing (expected: the prompt)");
    }
    return new CompletionRequest(
        chat,
        root.path("model").asText(),
        root.path("stream").asBoolean(false),
        1 + root.path(promptField).toString().length() / CHARACTERS_PER_TOKEN);
  }

  private static JsonNode readObject(String body) {
    try {
      JsonNode root = JSON.readTree(body);
      if (root.isObject()) {
        return root;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("body: not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("body: not a JSON object");
  }
}
