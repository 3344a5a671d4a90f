package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.SavedState;
import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Judge;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharedMemoryTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  /** Kubernetes: the data of a ConfigMap may have 1 MiB. */
  private static final int MOST_BYTES = 1 << 20;

  @Test
  void tenThousandServicesOfWhichATenthIsBreachedFitIntoOneObject() throws IOException {
    SavedState memory = new SavedState(7, judged(10_000), new TreeMap<>());

    int bytes = Base64.getDecoder().decode(encode(memory)).length;

    assertThat(memory.judge().services()).hasSize(10_000);
    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  private static String encode(SavedState memory) throws IOException {
    try (var client = new KubernetesClientBuilder().build();
        SharedMemory shared =
            new SharedMemory(
                client,
                new HomePlace("sluice", "test"),
                () -> true,
                new KubeMetrics(new SimpleMeterRegistry()),
                () -> NOON)) {
      return shared.encode(memory).getBinaryData().values().iterator().next();
    }
  }

  private static JudgeState judged(int services) {
    Random random = new Random(7);
    TreeMap<ServiceRef, Presence> declared = new TreeMap<>();
    TreeMap<ObjectiveRef, Objective> objectives = new TreeMap<>();
    List<Evidence> evidence = new ArrayList<>();
    for (int index = 0; index < services; index++) {
      ServiceRef service =
          new ServiceRef("team-" + index % 50, "model-" + random.nextInt() + index);
      declared.put(service, new Presence.Active());
      for (String kind : List.of("ttft", "errors", "throughput")) {
        Objective objective = objective(service, kind);
        objectives.put(objective.ref(), objective);
        evidence.add(
            new Evidence.Measured(
                objective.ref(),
                new Subject.Whole(service),
                Map.of(
                    BurnRateTier.FAST, index % 10 == 0 ? AlertState.FIRING : AlertState.INACTIVE),
                OptionalDouble.of(random.nextDouble() * 20),
                OptionalDouble.of(100)));
      }
    }
    Declarations declarations = Declarations.of(declared, Map.of(), objectives.values());
    return Judge.judge(declarations, Observation.Rules.of(NOON, evidence), JudgeState.EMPTY, NOON)
        .next();
  }

  private static Objective objective(ServiceRef service, String kind) {
    return new Objective(
        new ObjectiveRef(service.namespace(), service.name() + "-" + kind),
        service,
        Indicator.LATENCY,
        0.99,
        Duration.ofDays(28),
        "requests_total",
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }
}
