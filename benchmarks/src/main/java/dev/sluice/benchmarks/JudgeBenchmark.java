package dev.sluice.benchmarks;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.evaluator.judge.Judge;
import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.evaluator.judge.Judgement;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One turn of the judge over all services, three objectives each, one in a hundred breached.
 *
 * <p>Evidence comes anew with every poll: equal where nothing changed, and then shared with the one
 * before, as the loop does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx300m")
public class JudgeBenchmark {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant NEXT = START.plusSeconds(5);
  private static final int OBJECTIVES = 3;
  private static final int BREACHED_ONE_IN = 100;

  /** How many services there are. */
  @Param({"100", "1000", "10000"})
  public int services;

  private Declarations declarations = Declarations.NONE;
  private Observation.Rules unchanged = Observation.Rules.of(START, List.of());
  private Observation.Rules oneChanged = unchanged;
  private Observation.Rules allChanged = unchanged;
  private Judgement last = Judge.judge(declarations, unchanged, JudgeState.EMPTY, START);

  /** Declares the services, observes their evidence and judges it once. */
  @Setup
  public void declare() {
    List<Objective> objectives = new ArrayList<>();
    Map<ServiceRef, Presence> present = new HashMap<>();
    for (int i = 0; i < services; i++) {
      ServiceRef service = new ServiceRef("ml", "service-" + i);
      present.put(service, new Presence.Active());
      for (int j = 0; j < OBJECTIVES; j++) {
        objectives.add(objective(service, j));
      }
    }
    declarations = Declarations.of(present, Map.of(), objectives);
    Observation.Rules first = observe(START, 0.2, Set.of());
    last = Judge.judge(declarations, first, JudgeState.EMPTY, START);
    unchanged = observe(NEXT, 0.2, Set.of()).sharing(first);
    oneChanged = observe(NEXT, 0.2, Set.of(objectives.getLast().ref())).sharing(first);
    allChanged = observe(NEXT, 0.3, Set.of()).sharing(first);
  }

  /** Nothing is remembered of the turn before but its outcome, as after a restart. */
  @Benchmark
  public Judgement everythingAnew() {
    return Judge.judge(declarations, unchanged, last.next(), NEXT);
  }

  /** Every burn rate is another than the turn before. */
  @Benchmark
  public Judgement everyBurnRateChanged() {
    return Judge.judge(declarations, allChanged, last, NEXT);
  }

  /** One alert of one service fires that didn't. */
  @Benchmark
  public Judgement oneAlertChanged() {
    return Judge.judge(declarations, oneChanged, last, NEXT);
  }

  /** The steady state. */
  @Benchmark
  public Judgement nothingChanged() {
    return Judge.judge(declarations, unchanged, last, NEXT);
  }

  private Observation.Rules observe(Instant at, double burnRate, Set<ObjectiveRef> firing) {
    List<Evidence> evidence = new ArrayList<>();
    int service = 0;
    for (DeclaredService declared : declarations.services()) {
      boolean breached = service++ % BREACHED_ONE_IN == 0;
      for (Objective objective : declared.objectives()) {
        evidence.add(evidence(objective, breached || firing.contains(objective.ref()), burnRate));
      }
    }
    return Observation.Rules.of(at, evidence);
  }

  private static Objective objective(ServiceRef service, int number) {
    return new Objective(
        new ObjectiveRef(service.namespace(), service.name() + "-" + number),
        service,
        Indicator.LATENCY,
        0.99,
        Duration.ofDays(28),
        "requests_total",
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }

  private static Evidence evidence(Objective objective, boolean fires, double burnRate) {
    return new Evidence.Measured(
        objective.ref(),
        new Subject.Whole(objective.service()),
        fires ? Map.of(BurnRateTier.FAST, AlertState.FIRING) : Map.of(),
        OptionalDouble.of(fires ? 20 + burnRate : burnRate),
        OptionalDouble.of(100));
  }
}
