package dev.sluice.app.loop;

import dev.sluice.app.manifests.World;
import dev.sluice.app.metrics.Scrapes;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.Lateness;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the loop says of itself, by the names that Prometheus shows.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>labels</th><th>is</th></tr>
 * <tr><td>{@code sluice_share}</td><td>namespace, router, rule, backend</td><td>the fraction of its
 * declared traffic that a backend keeps</td></tr>
 * <tr><td>{@code sluice_weight}</td><td>namespace, router, rule, backend</td><td>its weight, of
 * 1000 for the rule; 0 is in reserve</td></tr>
 * <tr><td>{@code sluice_served_ratio}</td><td>namespace, router, rule, backend</td><td>the part of
 * the rule's requests that a backend was really sent in the last minute, by the Envoys that are
 * connected here; absent while they report none</td></tr>
 * <tr><td>{@code sluice_replica_share}</td><td>namespace, router, rule, backend,
 * replica</td><td>the fraction a single demoted replica keeps</td></tr>
 * <tr><td>{@code sluice_rule_late}</td><td>namespace, router, rule</td><td>1 while the primary of a
 * rule with {@code match.latencySLOMs} is later than that</td></tr>
 * <tr><td>{@code sluice_error_budget_left_ratio}</td><td>namespace, inferenceservice,
 * slo</td><td>what is left of an objective's error budget: 1 all of it, 0 none, below that when
 * overspent; absent while it isn't known</td></tr>
 * <tr><td>{@code sluice_manifest_problems}</td><td></td><td>values rejected, or references that
 * lead nowhere, now</td></tr>
 * <tr><td>{@code sluice_router_failures}</td><td></td><td>routers that can't be compiled,
 * now</td></tr>
 * <tr><td>{@code sluice_leader}</td><td></td><td>1 where verdicts are decided, 0 where they are
 * followed</td></tr>
 * <tr><td>{@code sluice_serving}</td><td></td><td>1 once fleets are served, 0 before there is
 * evidence</td></tr>
 * <tr><td>{@code sluice_loop_step_failures_total}</td><td></td><td>steps that threw: a bug
 * each</td></tr>
 * <tr><td>{@code sluice_loop_effect_failures_total}</td><td></td><td>effects that failed, a state
 * file that can't be written for example</td></tr>
 * </table>
 */
public final class LoopMetrics {

  private final MeterRegistry registry;
  private final MultiGauge shares;
  private final MultiGauge weights;
  private final MultiGauge replicaShares;
  private final MultiGauge servedRatios;
  private final Supplier<ServedLoad> served;
  private final MultiGauge late;
  private final MultiGauge budgets;
  private final AtomicInteger problems = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();
  private final AtomicInteger leader = new AtomicInteger();
  private final AtomicInteger serving = new AtomicInteger();
  private final Counter stepFailures;
  private final Counter effectFailures;
  // Of the loop's thread only.
  private Map<ObjectiveRef, BudgetLeft> budgetsShown = Map.of();

  /**
   * Registers the metrics.
   *
   * @param served what Envoys report of their requests
   */
  public LoopMetrics(MeterRegistry registry, Supplier<ServedLoad> served) {
    this.registry = registry;
    this.served = served;
    shares = gauges(registry, "sluice.share", "Fraction of its declared traffic a backend keeps");
    weights = gauges(registry, "sluice.weight", "Weight of a backend, of 1000 for the rule");
    replicaShares =
        gauges(registry, "sluice.replica.share", "Fraction a single demoted replica keeps");
    servedRatios =
        gauges(registry, "sluice.served.ratio", "Part of the rule's requests a backend was sent");
    late =
        gauges(registry, "sluice.rule.late", "1 while a rule's primary is later than its target");
    budgets = gauges(registry, "sluice.error.budget.left.ratio", "What is left of an error budget");
    gauge(
        registry, "sluice.manifest.problems", "Rejected values and dangling references", problems);
    gauge(registry, "sluice.router.failures", "Routers that can't be compiled", faults);
    gauge(registry, "sluice.leader", "1 where verdicts are decided", leader);
    gauge(registry, "sluice.serving", "1 once fleets are served", serving);
    stepFailures = counter(registry, "sluice.loop.step.failures", "Steps of the loop that threw");
    effectFailures = counter(registry, "sluice.loop.effect.failures", "Effects that failed");
  }

  private static MultiGauge gauges(MeterRegistry registry, String name, String words) {
    return MultiGauge.builder(name).description(words).register(registry);
  }

  private static void gauge(
      MeterRegistry registry, String name, String words, AtomicInteger value) {
    Gauge.builder(name, value, AtomicInteger::get).description(words).register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String words) {
    return Counter.builder(name).description(words).register(registry);
  }

  void stepFailed() {
    stepFailures.increment();
  }

  void effectFailed() {
    effectFailures.increment();
  }

  void update(LoopState state) {
    problems.set(state.world().map(World::problems).orElse(List.of()).size());
    faults.set(state.faults().size());
    leader.set(state.role() == Role.LEADER ? 1 : 0);
    serving.set(state.isServing() ? 1 : 0);
    Scrapes.replace(registry, () -> updateRows(state));
  }

  private void updateRows(LoopState state) {
    List<Place> places = places(state);
    shares.register(rows(places, place -> place.backend().share().value()), true);
    weights.register(rows(places, place -> place.backend().weight()), true);
    replicaShares.register(places.stream().flatMap(LoopMetrics::replicaRows).toList(), true);
    ServedLoad load = served.get();
    servedRatios.register(
        places.stream().flatMap(place -> servedRow(place, load).stream()).toList(), true);
    late.register(lateRows(state), true);
    if (!state.budgets().equals(budgetsShown)) { // once a minute, of thousands
      budgetsShown = state.budgets();
      budgets.register(budgetRows(state), true);
    }
  }

  private static List<MultiGauge.Row<Number>> budgetRows(LoopState state) {
    return state
        .world()
        .orElse(World.EMPTY)
        .declarations()
        .objectives()
        .flatMap(objective -> budgetRow(objective, state).stream())
        .toList();
  }

  private static Optional<MultiGauge.Row<Number>> budgetRow(Objective objective, LoopState state) {
    return state.budgets().get(objective.ref()) instanceof BudgetLeft.Known known
        ? Optional.of(MultiGauge.Row.of(tags(objective), known.ratio()))
        : Optional.empty();
  }

  private static Tags tags(Objective objective) {
    return Tags.of(
        "namespace",
        objective.service().namespace(),
        "inferenceservice",
        objective.service().name(),
        "slo",
        objective.ref().name());
  }

  private static List<MultiGauge.Row<Number>> lateRows(LoopState state) {
    return state.world().orElse(World.EMPTY).routers().values().stream()
        .flatMap(
            router ->
                router.rules().stream()
                    .filter(rule -> rule.latencyTarget().isPresent())
                    .map(rule -> lateRow(state, router.ref(), rule.name())))
        .toList();
  }

  private static MultiGauge.Row<Number> lateRow(LoopState state, RouterRef router, String rule) {
    boolean isLate =
        state
            .shares()
            .getOrDefault(router, RouterShares.NONE)
            .rule(rule)
            .flatMap(RuleShares::lateness)
            .filter(lateness -> lateness.state() == Lateness.State.LATE)
            .isPresent();
    return MultiGauge.Row.of(tags(router, rule), isLate ? 1 : 0);
  }

  /** One backend of one rule. */
  private record Place(RouterRef router, String rule, String name, BackendShare backend) {

    Tags tags() {
      return LoopMetrics.tags(router, rule).and("backend", name);
    }
  }

  private static List<Place> places(LoopState state) {
    List<Place> places = new ArrayList<>();
    for (Map.Entry<RouterRef, RouterShares> router : state.shares().entrySet()) {
      router
          .getValue()
          .rules()
          .forEach((rule, shares) -> places.addAll(places(router.getKey(), rule, shares)));
    }
    return places;
  }

  private static List<Place> places(RouterRef router, String rule, RuleShares shares) {
    return shares.backends().entrySet().stream()
        .map(backend -> new Place(router, rule, backend.getKey(), backend.getValue()))
        .toList();
  }

  private static List<MultiGauge.Row<Number>> rows(
      List<Place> places, Function<Place, Number> value) {
    return places.stream()
        .map(place -> MultiGauge.Row.of(place.tags(), value.apply(place)))
        .toList();
  }

  private static Stream<MultiGauge.Row<Number>> replicaRows(Place place) {
    return place.backend().replicas().entrySet().stream()
        .map(
            replica ->
                MultiGauge.Row.of(
                    place.tags().and("replica", replica.getKey()), replica.getValue().value()));
  }

  // Without requests there is no ratio: 0 would say that others got them.
  private static Optional<MultiGauge.Row<Number>> servedRow(Place place, ServedLoad load) {
    OptionalDouble ratio = load.fraction(place.router(), place.rule(), place.name());
    return ratio.isPresent()
        ? Optional.of(MultiGauge.Row.of(place.tags(), ratio.getAsDouble()))
        : Optional.empty();
  }

  private static Tags tags(RouterRef router, String rule) {
    return Tags.of("namespace", router.namespace(), "router", router.name(), "rule", rule);
  }
}
