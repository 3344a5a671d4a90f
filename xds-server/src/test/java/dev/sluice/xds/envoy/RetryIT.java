package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.RULE;
import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.primaryFallback;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.weighted;
import static dev.sluice.xds.fixture.RunningFleet.chatBody;
import static dev.sluice.xds.fixture.RunningFleet.servedBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.FreePorts;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.fixture.RawBackend;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryIT {

  private static final Behaviour FAST = new Behaviour(Duration.ofMillis(1), 1, Duration.ZERO, 0);
  private static final Behaviour BROKEN = FAST.withErrorRate(1);

  @TempDir Path folder;

  private final FakeLlm a = FakeLlm.start("a", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final FakeLlm b = FakeLlm.start("b", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final Topology topology = RunningFleet.onLoopback(Map.of("a", a.port(), "b", b.port()));

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  @Test
  void clientsSeeNothingOfABackendThatFailsHoweverSmallTheOthersShare() {
    a.behave(BROKEN);
    try (RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(weighted(backend("a", 995), backend("b", 5)), topology, RouterShares.NONE);

      assertThat(fleet.chats(100, "qwen")).isEqualTo(Map.of("b", 100L));
    }
  }

  @Test
  void failingPrimaryFallsBackToTheNext() {
    a.behave(BROKEN);
    try (RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(primaryFallback("a", "b"), topology, RouterShares.NONE);

      assertThat(fleet.chats(100, "qwen")).isEqualTo(Map.of("b", 100L));
      assertThat(a.requests("/v1/chat/completions")).isGreaterThan(0);
    }
  }

  @Test
  void backendThatRefusesConnectionsIsSkipped() {
    Topology half = RunningFleet.onLoopback(Map.of("a", FreePorts.pick(), "b", b.port()));
    try (RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(weighted(backend("a", 1), backend("b", 1)), half, RouterShares.NONE);

      assertThat(fleet.chats(100, "qwen")).isEqualTo(Map.of("b", 100L));
    }
  }

  @Test
  void whenEveryBackendFailsTheClientGetsTheirAnswer() {
    a.behave(BROKEN);
    b.behave(BROKEN);
    try (RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(weighted(backend("a", 1), backend("b", 1)), topology, RouterShares.NONE);

      HttpResponse<String> answer = fleet.chat("qwen");

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("the engine is out of order");
    }
  }

  @Test
  void backendThatDoesNotAnswerInTimeIsSkipped() {
    try (RawBackend silent = RawBackend.silent();
        RunningFleet fleet = RunningFleet.start(folder)) {
      Topology half = RunningFleet.onLoopback(Map.of("a", silent.port(), "b", b.port()));
      fleet.serve(withTimeout(Duration.ofMillis(200), "a", "b"), half, RouterShares.NONE);

      assertThat(servedBy(fleet.chat("qwen"))).isEqualTo("b");
    }
  }

  @Test
  void timeoutBoundsTheHeadersAndLetsAStreamRunOn() {
    b.behave(new Behaviour(Duration.ofMillis(500), 8, Duration.ofMillis(100), 0));
    try (RunningFleet fleet = RunningFleet.start(folder)) {
      fleet.serve(withTimeout(Duration.ofMillis(200), "b"), topology, RouterShares.NONE);

      HttpResponse<String> answer = fleet.post("/v1/chat/completions", chatBody("qwen", true));

      assertThat(servedBy(answer)).isEqualTo("b");
      assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }
  }

  private static RouterSpec withTimeout(Duration timeout, String... backends) {
    return router(
        List.of(backend("a", 1), backend("b", 1)),
        new Rule(
            RULE,
            Match.ANY,
            List.of(backends),
            Strategy.PRIMARY_FALLBACK,
            false,
            Optional.of(timeout)));
  }
}
