package dev.sluice.lab.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import io.javalin.Javalin;
import io.javalin.http.Handler;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final double RATE = 100;

  private @Nullable Javalin server;

  @AfterEach
  void stopServer() {
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void goodStreamsAreCountedByWhoServedThem() {
    try (FakeLlm llm = FakeLlm.start("gpu-a", LlmRuntime.VLLM, "qwen", Behaviour.healthy());
        LoadGenerator load =
            LoadGenerator.start(
                LoadPlan.of(llm.baseUrl() + "/v1/chat/completions", "qwen", RATE))) {
      Instant mark = Instant.EPOCH;
      awaitFinished(load, 20);

      load.stop();

      Totals totals = load.totals();
      Window window = load.since(mark);
      assertThat(totals.failures()).isEmpty();
      assertThat(totals.finished()).isEqualTo(totals.sent()).isEqualTo(llm.served());
      assertThat(window.requests()).isEqualTo(totals.finished());
      assertThat(window.share("gpu-a")).isEqualTo(1);
      assertThat(window.ttftP50().orElseThrow()).isGreaterThan(Duration.ofMillis(18));
      assertThat(window.ttftP99().orElseThrow())
          .isGreaterThanOrEqualTo(window.ttftP50().orElseThrow());
    }
  }

  @Test
  void aStatus500IsAFailure() {
    Behaviour broken = Behaviour.healthy().withErrorRate(1);
    try (FakeLlm llm = FakeLlm.start("gpu-a", LlmRuntime.VLLM, "qwen", broken);
        LoadGenerator load =
            LoadGenerator.start(
                LoadPlan.of(llm.baseUrl() + "/v1/chat/completions", "qwen", RATE))) {
      awaitFinished(load, 5);

      load.stop();

      long sent = load.totals().sent();
      assertThat(load.totals().failures()).isEqualTo(Map.of("status 500", sent));
      assertThat(load.since(Instant.EPOCH).servedBy()).isEqualTo(Map.of("gpu-a", sent));
      assertThat(load.since(Instant.EPOCH).ttftP50()).isEmpty();
    }
  }

  @Test
  void anExpectedStatusIsNone() {
    Behaviour broken = Behaviour.healthy().withErrorRate(1);
    try (FakeLlm llm = FakeLlm.start("gpu-a", LlmRuntime.VLLM, "qwen", broken);
        LoadGenerator load =
            LoadGenerator.start(
                LoadPlan.of(llm.baseUrl() + "/v1/chat/completions", "qwen", RATE)
                    .withAccepted(status -> status == 500))) {
      awaitFinished(load, 5);

      assertThat(load.totals().failed()).isZero();
    }
  }

  @Test
  void aStreamWithoutDoneIsAFailure() {
    Handler truncating = ctx -> ctx.contentType("text/event-stream").result("data: {}\n\n");
    try (LoadGenerator load = LoadGenerator.start(planFor(serve(truncating)))) {
      awaitFinished(load, 5);

      load.stop();

      assertThat(load.totals().failures())
          .isEqualTo(Map.of("truncated stream", load.totals().sent()));
    }
  }

  @Test
  void aRefusedConnectionIsAFailure() {
    try (LoadGenerator load = LoadGenerator.start(planFor(FreePorts.pick()))) {
      awaitFinished(load, 5);

      load.stop();

      assertThat(load.totals().failures())
          .isEqualTo(Map.of("no answer: ConnectException", load.totals().sent()));
    }
  }

  @Test
  void theNextRequestDoesNotWaitForTheLastAnswer() {
    CountDownLatch tenAreHere = new CountDownLatch(10);
    Handler slow =
        ctx -> {
          tenAreHere.countDown();
          tenAreHere.await(); // a closed loop would wait here for ever
          ctx.result("data: [DONE]\n\n");
        };

    try (LoadGenerator load = LoadGenerator.start(planFor(serve(slow)))) {
      awaitFinished(load, 10);

      assertThat(load.totals().failed()).isZero();
    }
  }

  @Test
  void headersAndModelReachTheBackend() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Handler recording =
        ctx -> {
          seen.add(ctx.header("x-team") + " " + ctx.body().contains("\"model\":\"qwen\""));
          ctx.result("data: [DONE]\n\n");
        };

    try (LoadGenerator load =
        LoadGenerator.start(planFor(serve(recording)).withHeader("x-team", "red"))) {
      awaitFinished(load, 1);
    }

    assertThat(seen).containsExactly("red true");
  }

  private LoadPlan planFor(int port) {
    return LoadPlan.of("http://127.0.0.1:%d/v1/chat/completions".formatted(port), "qwen", RATE);
  }

  private int serve(Handler handler) {
    int port = FreePorts.pick();
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.concurrency.useVirtualThreads = true;
                  config.routes.post("/v1/chat/completions", handler);
                })
            .start("127.0.0.1", port);
    return port;
  }

  private static void awaitFinished(LoadGenerator load, long count) {
    Await.value(
        BOUND,
        count + " requests finished",
        () -> Optional.of(load.totals()).filter(totals -> totals.finished() >= count));
  }
}
