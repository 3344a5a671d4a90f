package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.RouterRef;
import dev.sluice.model.RuleLatency;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // setUp sets it
class LatencyQueryTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final RouterRef CHAT = new RouterRef("default", "chat");

  private FakePrometheus prometheus;

  @BeforeEach
  void setUp() throws Exception {
    prometheus =
        new FakePrometheus().rules("{\"status\":\"success\",\"data\":{\"groups\":[]}}", NOON);
  }

  @AfterEach
  void tearDown() {
    prometheus.close();
  }

  @Test
  void aBackendsP95AndItsSamplesAreOne() {
    answer(
        series("p95", "default", "gpu-a", "1900.5"),
        series("samples", "default", "gpu-a", "34.2"),
        series("p95", "default", "gpu-b", "80"));

    assertThat(latencies(true))
        .hasValueSatisfying(
            found ->
                assertThat(found.get(CHAT))
                    .containsExactlyInAnyOrder(
                        new RuleLatency(CHAT, "all", "gpu-a", 1900.5, 34.2),
                        new RuleLatency(CHAT, "all", "gpu-b", 80, 0)));
  }

  @Test
  void withoutTrafficThereIsNoLatency() {
    answer(series("p95", "default", "gpu-a", "NaN"), series("samples", "default", "gpu-a", "0"));

    assertThat(latencies(true)).contains(Map.of());
  }

  @Test
  void seriesOfSomeoneElseAreLeftOut() {
    answer(series("p95", "-", "gpu-a", "80"), series("p95", "", "gpu-a", "80"));

    assertThat(latencies(true)).contains(Map.of());
  }

  @Test
  void whatPrometheusRefusesIsNotTakenForSilence() {
    prometheus.query(422, "{\"status\":\"error\",\"error\":\"too many samples\"}");

    assertThat(latencies(true)).isEmpty();
  }

  @Test
  void nothingIsAskedUnlessARuleWantsIt() {
    assertThat(latencies(false)).isEmpty();
    assertThat(prometheus.queries()).isEmpty();
  }

  private Optional<Map<RouterRef, List<RuleLatency>>> latencies(boolean asked) {
    Question question = new Question(Declarations.NONE, Set.of()).withLatencies(asked);
    return prometheus.reader().observe(question, NOON) instanceof Observation.Rules rules
        ? rules.latencies()
        : Optional.empty();
  }

  private void answer(String... series) {
    prometheus.query(
        200,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}"
            .formatted(String.join(",", series)));
  }

  private static String series(String part, String namespace, String backend, String value) {
    return """
        {"metric": {"sluice_part": "%s", "namespace": "%s", "router": "chat", "rule": "all",
        "backend": "%s"}, "value": [1, "%s"]}
        """
        .formatted(part, namespace, backend, value);
  }
}
