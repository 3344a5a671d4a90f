package dev.sluice.benchmarks;

import dev.sluice.evaluator.judge.Declarations;
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
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
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

/** One turn of the judge over all services, three objectives each, one in a hundred breached. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class JudgeBenchmark {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final int OBJECTIVES = 3;
  private static final int BREACHED_ONE_IN = 100;

  /** How many services there are. */
  @Param({"100", "1000", "10000"})
  public int services;

  private Declarations declarations = Declarations.NONE;
  private Observation observation = new Observation.Rules(START, List.of());
  private JudgeState state = JudgeState.EMPTY;

  /** Declares the services, observes their evidence and judges it once. */
  @Setup
  public void declare() {
    TreeMap<ObjectiveRef, Objective> objectives = new TreeMap<>();
    TreeMap<ServiceRef, Presence> present = new TreeMap<>();
    List<Evidence> evidence = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      ServiceRef service = new ServiceRef("ml", "service-" + i);
      present.put(service, new Presence.Active());
      for (int j = 0; j < OBJECTIVES; j++) {
        Objective objective = objective(service, j);
        objectives.put(objective.ref(), objective);
        evidence.add(evidence(objective, i % BREACHED_ONE_IN == 0));
      }
    }
    declarations = new Declarations(objectives, Map.of(), present);
    observation = new Observation.Rules(START, evidence);
    state = Judge.judge(declarations, observation, state, START).next();
  }

  /** Nothing changed since the turn before: the steady state. */
  @Benchmark
  public Judgement fullJudgeOfAnUnchangedWorld() {
    return Judge.judge(declarations, observation, state, START.plusSeconds(5));
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

  private static Evidence evidence(Objective objective, boolean breached) {
    return new Evidence.Measured(
        objective.ref(),
        new Subject.Whole(objective.service()),
        START,
        breached ? Map.of(BurnRateTier.FAST, AlertState.FIRING) : Map.of(),
        OptionalDouble.of(breached ? 20 : 0.2),
        OptionalDouble.of(100));
  }
}
