package dev.sluice.lab.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** The JSON bodies and SSE chunks of one answer, in the shape of OpenAI's API reference. */
final class CompletionAnswer {

  static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CompletionRequest request;
  private final int tokens;
  private final String id;
  private final long created;

  CompletionAnswer(CompletionRequest request, int tokens, long number, long createdEpochSecond) {
    this.request = request;
    this.tokens = tokens;
    this.id = (request.chat() ? "chatcmpl-" : "cmpl-") + number;
    this.created = createdEpochSecond;
  }

  /**
   * The chunk of one token; {@code index} counts from 0 and the last one says why generation
   * stopped.
   */
  byte[] chunk(int index) {
    ObjectNode root = root("chat.completion.chunk");
    ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
    if (request.chat()) {
      ObjectNode delta = choice.putObject("delta");
      if (index == 0) {
        delta.put("role", "assistant");
      }
      delta.put("content", token(index));
    } else {
      choice.put("text", token(index));
    }
    choice.put("finish_reason", index == tokens - 1 ? "stop" : null);
    return event(root);
  }

  /** The chunk that ends a stream: no choices, the token counts. */
  byte[] usageChunk() {
    ObjectNode root = root("chat.completion.chunk");
    root.putArray("choices");
    root.set("usage", usage());
    return event(root);
  }

  /** The one body of an answer that is not streamed. */
  byte[] whole() {
    ObjectNode root = root("chat.completion");
    ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < tokens; index++) {
      text.append(token(index));
    }
    if (request.chat()) {
      choice.putObject("message").put("role", "assistant").put("content", text.toString());
    } else {
      choice.put("text", text.toString());
    }
    choice.put("finish_reason", "stop");
    root.set("usage", usage());
    return bytes(root);
  }

  /** An error body, for example {@code invalid_request_error}. */
  static byte[] error(String type, String message, int code) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("code", code)
        .putNull("param");
    return bytes(root);
  }

  /** The list of {@code GET /v1/models}. */
  static byte[] models(String model) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
    root.putArray("data").addObject().put("id", model).put("object", "model");
    return bytes(root);
  }

  private ObjectNode root(String chatObject) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", request.chat() ? chatObject : "text_completion")
        .put("created", created)
        .put("model", request.model());
  }

  private ObjectNode usage() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", request.promptTokens())
        .put("completion_tokens", tokens)
        .put("total_tokens", request.promptTokens() + tokens);
  }

  private static String token(int index) {
    return index == 0 ? "word" : " word";
  }

  private static byte[] event(ObjectNode root) {
    return ("data: " + root + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ObjectNode root) {
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
