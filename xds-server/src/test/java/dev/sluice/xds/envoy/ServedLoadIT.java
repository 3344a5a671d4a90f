package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.CHAT;
import static dev.sluice.xds.fixture.Routers.RULE;
import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.weighted;
import static dev.sluice.xds.fixture.Verdicts.breached;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.lab.Await;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.fixture.Verdicts;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Envoy says that it served. */
class ServedLoadIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Behaviour FAST = new Behaviour(Duration.ofMillis(1), 1, Duration.ZERO, 0);
  private static final RouterSpec WEIGHTED = weighted(backend("a", 70), backend("b", 30));

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
  void shareThatIsServedFollowsTheShareThatIsWanted() {
    try (RunningFleet fleet = RunningFleet.start(folder)) {
      RouterShares before = fleet.serve(WEIGHTED, topology, RouterShares.NONE);
      assertThat(served(fleet, "a")).isEmpty();

      eventuallyServes(fleet, 0.7);

      fleet.serve(WEIGHTED, topology, before, Verdicts.of("a", breached(14)));
      // a keeps a quarter of its 70%
      eventuallyServes(fleet, 0.175);
      assertThat(fleet.served().of(CHAT).byRule()).containsOnlyKeys(RULE);

      fleet.envoy().close();
      Await.untilAsserted(
          BOUND,
          "nothing is known of an Envoy that is gone",
          () -> assertThat(fleet.served()).isEqualTo(ServedLoad.NONE));
    }
  }

  /** Under load, so that there are requests to count, from before a change and then from after. */
  private static void eventuallyServes(RunningFleet fleet, double fractionOfA) {
    Await.untilAsserted(
        BOUND,
        "a serves " + fractionOfA,
        () -> {
          assertThat(fleet.chats(50, "qwen")).containsKeys("a", "b");
          assertThat(served(fleet, "a").orElse(0)).isCloseTo(fractionOfA, within(0.03));
          assertThat(served(fleet, "b").orElse(0)).isCloseTo(1 - fractionOfA, within(0.03));
        });
  }

  private static OptionalDouble served(RunningFleet fleet, String backend) {
    return fleet.served().fraction(CHAT, RULE, backend);
  }
}
