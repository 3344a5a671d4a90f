package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.primaryFallback;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.shares.RouterShares;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams through Envoy live as long as both ends want them, and no longer. */
class StreamIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofMillis(1);

  private final HttpClient http = HttpClient.newHttpClient();
  private final FakeLlm llm =
      FakeLlm.start("a", LlmRuntime.VLLM, "qwen", new Behaviour(SOON, 2, Duration.ofMinutes(6), 0));
  private RunningFleet fleet;

  @BeforeEach
  void start(@TempDir Path folder) {
    fleet = RunningFleet.start(folder);
    fleet.serve(
        primaryFallback("a"), RunningFleet.onLoopback(Map.of("a", llm.port())), RouterShares.NONE);
  }

  @AfterEach
  void stop() {
    fleet.close();
    llm.close();
    http.close();
  }

  @Test
  void clientThatLeavesEndsTheBackendsWork() throws IOException, InterruptedException {
    llm.behave(new Behaviour(SOON, 10_000, Duration.ofMillis(20), 0));
    assertThat(isAborted()).isFalse();

    try (InputStream stream = http.send(chat(), BodyHandlers.ofInputStream()).body()) {
      assertThat(stream.read()).isNotNegative();
    }

    Await.until(BOUND, "the backend stops", this::isAborted);
  }

  @Test
  @Tag("soak")
  void streamThatIsSilentForSixMinutesGoesOn() throws IOException, InterruptedException {
    try (BufferedReader stream =
        new BufferedReader(
            new InputStreamReader(
                http.send(chat(), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {

      assertThat(stream.lines().filter(line -> line.startsWith("data: ")).toList())
          .hasSizeGreaterThanOrEqualTo(3)
          .last()
          .isEqualTo("data: [DONE]");
    }
  }

  private HttpRequest chat() {
    return HttpRequest.newBuilder(URI.create(fleet.url("/v1/chat/completions")))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(RunningFleet.chatBody("qwen", true)))
        .build();
  }

  private boolean isAborted() {
    return llmMetrics()
        .lines()
        .anyMatch(line -> line.contains("finished_reason=\"abort\"") && line.endsWith(" 1.0"));
  }

  private String llmMetrics() {
    URI page = URI.create("http://127.0.0.1:" + llm.port() + "/metrics");
    try {
      return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
