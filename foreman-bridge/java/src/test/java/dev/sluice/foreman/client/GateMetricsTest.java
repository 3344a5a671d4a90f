package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.lab.verdict.Sample;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GateMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GateMetrics metrics = new GateMetrics(registry);

  @Test
  void answersAreCountedByKind() {
    GateDecision deferred = decided(Standing.of(Sample.of(Sample.QWEN, Sample.breached())));
    GateDecision admitted = decided(Standing.of(Sample.of(Sample.QWEN, Sample.withinBudget())));
    GateDecision open = new GateDecision.FailedOpen("never heard", Optional.empty());

    metrics.decided(deferred);
    metrics.decided(deferred);
    metrics.decided(admitted);
    metrics.decided(open);

    assertThat(count("defer")).isEqualTo(2);
    assertThat(count("admit")).isEqualTo(1);
    assertThat(count("fail_open")).isEqualTo(1);
  }

  @Test
  void theTimeTheServiceWasHeardIsShownFromTheFirstTimeOn() {
    double before = heardAt();

    metrics.heard(Instant.ofEpochMilli(1_500));

    assertThat(before).isNaN();
    assertThat(heardAt()).isEqualTo(1.5);
  }

  @Test
  void endsOfTheWatchAreCountedByStatus() {
    metrics.watchEnded(Status.UNAVAILABLE.withDescription("gone"));
    metrics.watchEnded(Status.UNAVAILABLE);

    assertThat(registry.get("sluice.gate.watch.ends").tag("code", "UNAVAILABLE").counter().count())
        .isEqualTo(2);
  }

  private static GateDecision decided(Standing standing) {
    return new GateDecision.Decided(
        Dispatcher.decide(standing, 0, Sample.SINCE, 1), Duration.ZERO, 1);
  }

  private double count(String answer) {
    return registry.get("sluice.gate.decisions").tag("answer", answer).counter().count();
  }

  private double heardAt() {
    return registry.get("sluice.gate.heard.timestamp").gauge().value();
  }
}
