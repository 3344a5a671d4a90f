package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.lab.load.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyProcessIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final int admin = FreePorts.pick();

  @Test
  void proxiesStreamsByWeightAndShowsItsState() throws IOException {
    int listener = FreePorts.pick();
    try (FakeLlm big = llm("gpu-a");
        FakeLlm small = llm("gpu-b");
        EnvoyProcess envoy =
            EnvoyProcess.start(folder, bootstrap(listener, big, small), admin).awaitReady();
        LoadGenerator load =
            LoadGenerator.start(
                LoadPlan.of(
                    "http://127.0.0.1:%d/v1/chat/completions".formatted(listener), "qwen", 25))) {
      Await.until(BOUND, "100 requests finished", () -> load.totals().finished() >= 100);
      load.stop();

      Window window = load.since(Instant.EPOCH);
      assertThat(window.failures()).isEmpty();
      assertThat(window.share("gpu-a")).isBetween(0.7, 0.8);
      assertThat(window.servedBy().get("gpu-b")).isEqualTo(small.served());
      assertThat(envoy.stats("cluster.chat.upstream_rq_"))
          .containsEntry("cluster.chat.upstream_rq_total", load.totals().sent())
          .allSatisfy((name, _) -> assertThat(name).startsWith("cluster.chat.upstream_rq_"));
      assertThat(envoy.clusters().at("/cluster_statuses/0/name").asText()).isEqualTo("chat");
      assertThat(envoy.configDump().at("/configs").size()).isGreaterThan(2);
    }
  }

  @Test
  void aRejectedBootstrapIsExplainedInEnvoysWords() {
    try (EnvoyProcess envoy = EnvoyProcess.start(folder, "{nonsense: 1}", admin)) {
      assertThatThrownBy(envoy::awaitReady)
          .hasMessageContaining("envoy ended with code 1")
          .hasMessageContaining("nonsense");
    }
  }

  @Test
  void kill9BreaksStreamsAndTheLoadGeneratorCountsThem() throws IOException {
    int listener = FreePorts.pick();
    try (FakeLlm big = llm("gpu-a");
        FakeLlm small = llm("gpu-b");
        EnvoyProcess envoy =
            EnvoyProcess.start(folder, bootstrap(listener, big, small), admin).awaitReady();
        LoadGenerator load =
            LoadGenerator.start(
                LoadPlan.of(
                    "http://127.0.0.1:%d/v1/chat/completions".formatted(listener), "qwen", 100))) {
      Await.until(BOUND, "10 requests finished", () -> load.totals().finished() >= 10);
      assertThat(load.totals().failures()).isEmpty();

      envoy.kill9();

      assertThat(envoy.isAlive()).isFalse();
      Await.until(BOUND, "failures are counted", () -> load.totals().failed() > 0);
    }
  }

  private static FakeLlm llm(String name) {
    return FakeLlm.start(name, LlmRuntime.VLLM, "qwen", Behaviour.healthy());
  }

  private String bootstrap(int listener, FakeLlm big, FakeLlm small) throws IOException {
    try (var template = EnvoyProcessIT.class.getResourceAsStream("/envoy-static.yaml")) {
      assertThat(template).isNotNull();
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("ADMIN_PORT", Integer.toString(admin))
          .replace("LISTENER_PORT", Integer.toString(listener))
          .replace("BIG_PORT", Integer.toString(big.port()))
          .replace("SMALL_PORT", Integer.toString(small.port()));
    }
  }
}
