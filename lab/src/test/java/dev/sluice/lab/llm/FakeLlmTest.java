package dev.sluice.lab.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lab.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeLlmTest {

  private static final Behaviour INSTANT = new Behaviour(Duration.ZERO, 3, Duration.ZERO, 0);

  private final ObjectMapper json = new ObjectMapper();
  private final OkHttpClient client = new OkHttpClient();
  private final FakeLlm llm = FakeLlm.start("gpu-a", LlmRuntime.VLLM, "qwen", INSTANT);

  @AfterEach
  void stop() {
    client.connectionPool().evictAll();
    llm.close();
  }

  @Test
  void streamsOneChunkPerTokenThenUsageThenDone() throws IOException {
    try (Response response = chat(true)) {
      List<String> lines = response.body().string().lines().filter(l -> !l.isEmpty()).toList();

      assertThat(response.code()).isEqualTo(200);
      assertThat(response.header("content-type")).startsWith("text/event-stream");
      assertThat(response.header("x-served-by")).isEqualTo("gpu-a");
      assertThat(lines).hasSize(5).allMatch(line -> line.startsWith("data: "));
      JsonNode first = event(lines.get(0));
      assertThat(first.at("/object").asText()).isEqualTo("chat.completion.chunk");
      assertThat(first.at("/model").asText()).isEqualTo("qwen");
      assertThat(first.at("/choices/0/delta/role").asText()).isEqualTo("assistant");
      assertThat(first.at("/choices/0/delta/content").asText()).isNotEmpty();
      assertThat(first.at("/choices/0/finish_reason").isNull()).isTrue();
      assertThat(event(lines.get(2)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
      assertThat(event(lines.get(3)).at("/choices").isEmpty()).isTrue();
      assertThat(event(lines.get(3)).at("/usage/completion_tokens").asInt()).isEqualTo(3);
      assertThat(lines.get(4)).isEqualTo("data: [DONE]");
    }
  }

  @Test
  void answersInOneBodyWhenNotStreaming() throws IOException {
    try (Response response = chat(false)) {
      JsonNode body = json.readTree(response.body().string());

      assertThat(response.header("content-type")).startsWith("application/json");
      assertThat(body.at("/object").asText()).isEqualTo("chat.completion");
      assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("word word word");
      assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    }
  }

  @Test
  void textCompletionsCarryText() throws IOException {
    try (Response response = post("/v1/completions", "{\"model\":\"qwen\",\"prompt\":\"Once\"}")) {
      JsonNode body = json.readTree(response.body().string());

      assertThat(body.at("/object").asText()).isEqualTo("text_completion");
      assertThat(body.at("/choices/0/text").asText()).isEqualTo("word word word");
    }
  }

  @Test
  void headersLeaveBeforeTheFirstToken() throws IOException {
    llm.behave(INSTANT.withTtft(Duration.ofMinutes(1)));

    // The call returns with the headers. Were they held back, it would run into OkHttp's 10 s.
    try (Response response = chat(true)) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(llm.served()).isZero();
    }
  }

  @Test
  void behaviourSwitchesWhileRunning() throws IOException {
    chat(true).close();
    llm.behave(INSTANT.withErrorRate(1));
    try (Response broken = chat(true)) {
      assertThat(broken.code()).isEqualTo(500);
      assertThat(broken.header("x-served-by")).isEqualTo("gpu-a");
      assertThat(json.readTree(broken.body().string()).at("/error/type").asText())
          .isEqualTo("server_error");
    }
    llm.behave(INSTANT);
    try (Response healed = chat(true)) {
      assertThat(healed.body().string()).endsWith("data: [DONE]\n\n");
    }

    Await.untilAsserted(
        Duration.ofSeconds(5), "two served", () -> assertThat(llm.served()).isEqualTo(2));
    assertThat(llm.errors()).isEqualTo(1);
    assertThat(llm.requests("/v1/chat/completions")).isEqualTo(3);
    assertThat(llm.requests("/v1/models")).isZero();
  }

  @Test
  void anErrorRateIsMetOverManyRequests() throws IOException {
    llm.behave(INSTANT.withErrorRate(0.2));

    for (int i = 0; i < 300; i++) {
      chat(false).close();
    }

    assertThat(llm.errors() / 300.0).isCloseTo(0.2, within(0.08));
  }

  @Test
  void aRequestWithoutModelIsRefusedInOpenAisShape() throws IOException {
    try (Response response = post("/v1/chat/completions", "{\"messages\":[]}")) {
      assertThat(response.code()).isEqualTo(400);
      assertThat(json.readTree(response.body().string()).at("/error/message").asText())
          .isEqualTo("model: missing (expected: a text)");
    }
  }

  @Test
  void listsItsModelAndIsHealthy() throws IOException {
    assertThat(json.readTree(get("/v1/models")).at("/data/0/id").asText()).isEqualTo("qwen");
    assertThat(get("/health")).isEmpty();
  }

  private JsonNode event(String line) throws IOException {
    return json.readTree(line.substring("data: ".length()));
  }

  private Response chat(boolean stream) throws IOException {
    return post(
        "/v1/chat/completions",
        "{\"model\":\"qwen\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(stream));
  }

  private Response post(String path, String body) throws IOException {
    return client
        .newCall(
            new Request.Builder()
                .url(llm.baseUrl() + path)
                .post(RequestBody.create(body, MediaType.get("application/json")))
                .build())
        .execute();
  }

  private String get(String path) throws IOException {
    try (Response response =
        client.newCall(new Request.Builder().url(llm.baseUrl() + path).build()).execute()) {
      assertThat(response.code()).isEqualTo(200);
      return response.body().string();
    }
  }
}
