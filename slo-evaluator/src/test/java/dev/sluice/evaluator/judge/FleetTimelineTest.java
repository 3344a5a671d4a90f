package dev.sluice.evaluator.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A fleet whose alerts, replicas, policies and services come and go: going on from the last turn,
 * where what is at rest isn't judged again, decides what judging everything anew does.
 */
class FleetTimelineTest {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final int TURNS = 600;
  private static final int SERVICES = 6;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void goingOnFromTheLastTurnDecidesWhatJudgingAnewDoes(long seed) {
    Random random = new Random(seed);
    Fleet fleet = new Fleet(random);
    Observation.Rules rules = fleet.observe(START);
    Judgement going = Judge.judge(fleet.declarations(), rules, JudgeState.EMPTY, START);
    Judgement anew = going;
    Set<String> states = new HashSet<>();
    for (int turn = 1; turn <= TURNS; turn++) {
      Instant now = START.plusSeconds(5L * turn);
      fleet.change();
      rules = fleet.observe(now).sharing(rules);
      Observation observation =
          random.nextInt(50) == 0 ? new Observation.Failed(now, "connection refused") : rules;

      going = Judge.judge(fleet.declarations(), observation, going, now);
      anew = Judge.judge(fleet.declarations(), observation, anew.next(), now);

      assertThat(going).as("seed %d turn %d", seed, turn).isEqualTo(anew);
      going.services().forEach(service -> states.add(service.verdict().state().word()));
    }
    assertThat(states).contains("WithinBudget", "AtRisk", "Breached", "Recovering", "Unknown");
  }

  private static final class Fleet {
    private final Random random;
    private final Map<ServiceRef, Presence> services = new HashMap<>();
    private final Map<ServiceRef, SloPolicy> policies = new HashMap<>();
    private final List<Objective> objectives = new ArrayList<>();
    private final Map<Subject, AlertState> alerts = new HashMap<>();

    Fleet(Random random) {
      this.random = random;
      for (int i = 0; i < SERVICES; i++) {
        ServiceRef service = service(i);
        services.put(service, new Presence.Active());
        objectives.add(objective(service, i % 2 == 0 ? List.of() : List.of("pod")));
        policies.put(service, Scene.POLICY);
      }
    }

    void change() {
      ServiceRef service = service(random.nextInt(SERVICES));
      switch (random.nextInt(60)) {
        case 0 -> services.remove(service);
        case 1 -> services.put(service, new Presence.PlannedAbsence("suspended"));
        case 2 -> policies.remove(service);
        case 3 -> policies.put(service, Scene.POLICY);
        case 4, 5, 6, 7 -> services.put(service, new Presence.Active());
        case 8, 9, 10, 11 -> alerts.put(subject(service), AlertState.FIRING);
        case 12, 13, 14, 15 -> alerts.put(subject(service), AlertState.PENDING);
        case 16 -> alerts.clear();
        default -> {}
      }
    }

    private Subject subject(ServiceRef service) {
      return random.nextBoolean()
          ? new Subject.Whole(service)
          : new Subject.Replica(service, "pod-" + random.nextInt(2));
    }

    Declarations declarations() {
      return Declarations.of(services, policies, objectives);
    }

    Observation.Rules observe(Instant now) {
      List<Evidence> pieces = new ArrayList<>();
      for (Objective objective : objectives) {
        pieces.add(evidence(objective, new Subject.Whole(objective.service())));
        if (!objective.grouping().isEmpty()) {
          int pods = random.nextInt(20) == 0 ? 1 : 2;
          for (int pod = 0; pod < pods; pod++) {
            pieces.add(evidence(objective, new Subject.Replica(objective.service(), "pod-" + pod)));
          }
        }
      }
      return Observation.Rules.of(now, pieces);
    }

    private Evidence evidence(Objective objective, Subject subject) {
      AlertState state = alerts.getOrDefault(subject, AlertState.INACTIVE);
      return new Evidence.Measured(
          objective.ref(),
          subject,
          Map.of(BurnRateTier.FAST, state),
          OptionalDouble.of(state == AlertState.FIRING ? 20 : 0.2),
          OptionalDouble.of(60));
    }

    private static ServiceRef service(int index) {
      return new ServiceRef("ml", "service-" + index);
    }

    private static Objective objective(ServiceRef service, List<String> grouping) {
      return new Objective(
          new ObjectiveRef(service.namespace(), service.name() + "-ttft"),
          service,
          Indicator.LATENCY,
          0.99,
          Duration.ofDays(28),
          "requests_total",
          grouping,
          Objective.DEFAULT_ALERT_NAME);
    }
  }
}
