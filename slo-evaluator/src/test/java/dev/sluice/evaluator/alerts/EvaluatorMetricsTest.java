package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Subject;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluatorMetricsTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ServiceRef QWEN = new ServiceRef("ml", "qwen");
  private static final Subject WHOLE = new Subject.Whole(QWEN);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EvaluatorMetrics metrics =
      new EvaluatorMetrics(registry, InstantSource.fixed(NOON));

  @Test
  void theAgeOfTheEvidenceIsThatOfTheLastAnswer() {
    assertThat(age()).isNaN();

    metrics.polled(Observation.Rules.of(NOON.minusSeconds(7), List.of()), Duration.ofMillis(20));
    metrics.polled(new Observation.Failed(NOON.minusSeconds(2), "away"), Duration.ofMillis(30));

    assertThat(age()).isEqualTo(7);
    assertThat(registry.get("sluice.prometheus.poll").timer().count()).isEqualTo(2);
    assertThat(registry.get("sluice.prometheus.poll.failures").counter().count()).isEqualTo(1);
  }

  @Test
  void oneStateOfEachServiceIsOne() {
    Verdict calm = new Verdict.WithinBudget(NOON, id(VerdictState.WITHIN_BUDGET), List.of());
    Verdict risky = new Verdict.AtRisk(NOON, id(VerdictState.AT_RISK), List.of());

    metrics.judged(List.of(service(calm)), List.of());
    metrics.judged(
        List.of(service(risky)), List.of(new Transition(WHOLE, Optional.of(calm), risky)));

    assertThat(Arrays.stream(VerdictState.values()).map(this::verdict))
        .containsExactly(0.0, 1.0, 0.0, 0.0, 0.0);
    assertThat(
            registry
                .get("sluice.verdict.transitions")
                .tags("namespace", "ml", "inferenceservice", "qwen", "state", "AtRisk")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void aDeletedServiceDisappears() {
    Verdict calm = new Verdict.WithinBudget(NOON, id(VerdictState.WITHIN_BUDGET), List.of());

    metrics.judged(List.of(service(calm)), List.of());
    metrics.judged(List.of(), List.of());

    assertThat(registry.find("sluice.verdict").gauges()).isEmpty();
  }

  private double age() {
    return registry.get("sluice.prometheus.poll.age").timeGauge().value();
  }

  private double verdict(VerdictState state) {
    return registry.get("sluice.verdict").tag("state", state.word()).gauge().value();
  }

  private static DecisionId id(VerdictState state) {
    return DecisionId.of(WHOLE, state, NOON);
  }

  private static ServiceVerdict service(Verdict verdict) {
    return new ServiceVerdict(QWEN, verdict, Map.of(), SloPolicy.DEFAULT, Optional.of(NOON));
  }
}
