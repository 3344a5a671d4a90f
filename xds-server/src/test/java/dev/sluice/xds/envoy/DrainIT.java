package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.CHAT;
import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.weighted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.bootstrap.Bootstrap;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.shares.RouterShares;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pod's preStop hook does to a real Envoy. */
class DrainIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  // Longer than the script waits before it looks for answers under way.
  private static final Behaviour SLOW = new Behaviour(Duration.ofSeconds(8), 1, Duration.ZERO, 0);

  @TempDir Path folder;

  @Test
  void anEnvoyThatIsDrainedAnswersWhatIsUnderWayAndEndsConnections() throws Exception {
    try (FakeLlm llm = FakeLlm.start("a", LlmRuntime.VLLM, "qwen", SLOW);
        RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(
          weighted(backend("a", 1)),
          RunningFleet.onLoopback(Map.of("a", llm.port())),
          RouterShares.NONE);
      CompletableFuture<HttpResponse<String>> answer =
          CompletableFuture.supplyAsync(() -> fleet.chat("qwen"));
      Await.until(BOUND, "it is under way", () -> active(fleet) > 0);

      Process drain = drain(fleet);
      String output = new String(drain.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(drain.waitFor()).as(output).isZero();
      assertThat(active(fleet)).isZero();
      assertThat(answer.get().statusCode()).isEqualTo(200);
      assertThat(fleet.get("/health").headers().firstValue("connection")).hasValue("close");
      assertThat(fleet.envoy().get("/server_info")).contains("\"state\": \"DRAINING\"");
    }
  }

  private static long active(RunningFleet fleet) {
    return fleet.envoy().stats("http.router.downstream_rq_active").values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private Process drain(RunningFleet fleet) throws IOException {
    URI admin = URI.create(fleet.envoy().adminUrl());
    HostPort anywhere = new HostPort("127.0.0.1", 1);
    String script =
        new Bootstrap(CHAT, "envoy-0", anywhere, new HostPort(admin.getHost(), admin.getPort()))
            .withStats(anywhere)
            .files()
            .get(Bootstrap.DRAIN);
    Path file = Files.writeString(folder.resolve(Bootstrap.DRAIN), String.valueOf(script));
    return new ProcessBuilder("bash", file.toString()).redirectErrorStream(true).start();
  }
}
