package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the reader share: a Prometheus that answers as told, and objectives. */
abstract class ReaderFixture {

  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final ServiceRef QWEN = new ServiceRef("ml", "qwen");
  static final Subject WHOLE = new Subject.Whole(QWEN);
  static final String TOTAL = "ttft_seconds_count{namespace=\"ml\",service=\"qwen\"}";
  static final Objective TTFT = objective("ml", "ttft", QWEN, TOTAL);
  static final Objective BY_POD = grouped(TTFT, "pod");

  final PyrraRules rules = new PyrraRules(NOON);
  FakePrometheus prometheus;

  @BeforeEach
  void start() throws Exception {
    prometheus = new FakePrometheus();
  }

  @AfterEach
  void stop() {
    prometheus.close();
  }

  List<Evidence> evidence(Objective... objectives) {
    return ((Observation.Rules) observe(Set.of(), NOON, objectives)).pieces();
  }

  Evidence.Measured onlyMeasured(Objective objective) {
    List<Evidence> evidence = evidence(objective);
    assertThat(evidence).hasSize(1);
    return (Evidence.Measured) evidence.getFirst();
  }

  void assertUnusable(UnknownCause cause, String words, Objective objective) {
    assertThat(evidence(objective))
        .containsExactly(new Evidence.Unusable(objective.ref(), WHOLE, cause, words));
  }

  Observation observe(Set<ServiceRef> attentive, Instant now, Objective... objectives) {
    prometheus.rules(rules.toString(), now);
    return prometheus.reader().observe(question(attentive, objectives), now);
  }

  static Question question(Set<ServiceRef> attentive, Objective... objectives) {
    TreeMap<ObjectiveRef, Objective> byRef = new TreeMap<>();
    TreeMap<ServiceRef, Presence> services = new TreeMap<>();
    for (Objective objective : objectives) {
      byRef.put(objective.ref(), objective);
      services.put(objective.service(), new Presence.Active());
    }
    return new Question(Declarations.of(services, Map.of(), byRef.values()), attentive);
  }

  static Objective objective(String namespace, String name, ServiceRef service, String total) {
    return new Objective(
        new ObjectiveRef(namespace, name),
        service,
        Indicator.LATENCY,
        0.99,
        Duration.ofDays(28),
        total,
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }

  static Objective grouped(Objective objective, String label) {
    return new Objective(
        objective.ref(),
        objective.service(),
        objective.indicator(),
        objective.target(),
        objective.window(),
        objective.total(),
        List.of(label),
        objective.alertName());
  }
}
