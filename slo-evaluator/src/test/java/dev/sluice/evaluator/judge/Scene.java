package dev.sluice.evaluator.judge;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A service with objectives, judged turn by turn, with the clock in the test's hand. */
final class Scene {

  static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  static final Subject WHOLE = new Subject.Whole(QWEN);
  static final ObjectiveRef TTFT = new ObjectiveRef("default", "qwen-ttft");
  static final ObjectiveRef ERRORS = new ObjectiveRef("default", "qwen-errors");
  static final SloPolicy POLICY =
      new SloPolicy(
          SloPolicy.Mode.ENFORCE,
          new SloPolicy.Judge(
              Duration.ofMinutes(2),
              Duration.ofMinutes(8),
              20,
              Duration.ofMinutes(10),
              Duration.ofMinutes(5)),
          new SloPolicy.Shares(
              new Share(0.75), new Share(0.25), new Share(0.05), 0.1, Duration.ofSeconds(30)),
          SloPolicy.Dispatch.DEFAULT);

  private final TreeMap<ObjectiveRef, Objective> objectives = new TreeMap<>();
  private Presence presence = new Presence.Active();
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private Optional<Judgement> last = Optional.empty();
  private JudgeState remembered = JudgeState.EMPTY;

  static Scene withTtft() {
    return new Scene().declare(TTFT, Indicator.LATENCY);
  }

  Scene declare(ObjectiveRef ref, Indicator indicator, String... grouping) {
    objectives.put(
        ref,
        new Objective(
            ref,
            QWEN,
            indicator,
            0.99,
            Duration.ofDays(28),
            "requests_total{service=\"qwen\"}",
            List.of(grouping),
            Objective.DEFAULT_ALERT_NAME));
    return this;
  }

  Scene forget(ObjectiveRef ref) {
    objectives.remove(ref);
    return this;
  }

  Scene present(Presence next) {
    presence = next;
    return this;
  }

  Scene after(Duration time) {
    now = now.plus(time);
    return this;
  }

  Scene observe(Evidence... evidence) {
    return judge(Observation.Rules.of(now, List.of(evidence)));
  }

  /** Observes the same again and again, every 5 s, for this long. */
  Scene observeFor(Duration time, Supplier<Evidence> evidence) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      after(Duration.ofSeconds(5)).observe(evidence.get());
    }
    return this;
  }

  Scene failFor(Duration time) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      after(Duration.ofSeconds(5)).judge(new Observation.Failed(now, "connection refused"));
    }
    return this;
  }

  Scene restart() {
    remembered = JudgeStateCodec.read(JudgeStateCodec.write(remembered()));
    last = Optional.empty();
    return this;
  }

  private Scene judge(Observation observation) {
    Declarations declarations =
        Declarations.of(Map.of(QWEN, presence), Map.of(QWEN, POLICY), objectives.values());
    Judgement next =
        last.map(turn -> Judge.judge(declarations, observation, turn, now))
            .orElseGet(() -> Judge.judge(declarations, observation, remembered, now));
    last = Optional.of(next);
    return this;
  }

  Evidence firing(ObjectiveRef objective, double burnRate) {
    return evidence(WHOLE, objective, Map.of(BurnRateTier.FAST, AlertState.FIRING), burnRate, 100);
  }

  Evidence pending(ObjectiveRef objective) {
    return evidence(WHOLE, objective, Map.of(BurnRateTier.FAST, AlertState.PENDING), 20, 100);
  }

  Evidence slowFiring(ObjectiveRef objective, double burnRate) {
    return evidence(WHOLE, objective, Map.of(BurnRateTier.SLOW, AlertState.FIRING), burnRate, 100);
  }

  Evidence clear(ObjectiveRef objective, double samples) {
    return evidence(WHOLE, objective, Map.of(), 0.1, samples);
  }

  Evidence unusable(ObjectiveRef objective, UnknownCause cause) {
    return new Evidence.Unusable(objective, WHOLE, cause, "rules of " + objective + " gone");
  }

  Evidence evidence(
      Subject subject,
      ObjectiveRef objective,
      Map<BurnRateTier, AlertState> alerts,
      double burnRate,
      double samples) {
    return new Evidence.Measured(
        objective, subject, alerts, OptionalDouble.of(burnRate), OptionalDouble.of(samples));
  }

  ServiceVerdict service() {
    return last.orElseThrow().services().getFirst();
  }

  Verdict replica(String name) {
    return Objects.requireNonNull(service().replicas().get(name));
  }

  Verdict verdict() {
    return service().verdict();
  }

  VerdictState state() {
    return verdict().state();
  }

  JudgeState remembered() {
    return last.map(Judgement::next).orElse(remembered);
  }

  Instant now() {
    return now;
  }

  List<String> transitions() {
    List<String> words = new ArrayList<>();
    last.orElseThrow()
        .transitions()
        .forEach(t -> words.add(t.subject() + " -> " + t.after().state().word()));
    return words;
  }
}
