package dev.sluice.app.kube;

import dev.sluice.app.metrics.Scrapes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is written to the API server, by the names that Prometheus shows.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>labels</th><th>is</th></tr>
 * <tr><td>{@code sluice_status_writes_total}</td><td>cause: transition, shares,
 * reassert</td><td>statuses written: because a verdict or a router's readiness changed, because a
 * share did that an InferenceSLO shows, or what is served of it, or because someone overwrote ours</td></tr>
 * <tr><td>{@code sluice_objective_writes_total}</td><td>action: apply, delete, condition</td><td>
 * Pyrra objectives applied and deleted, and TargetsMeasurable conditions written</td></tr>
 * <tr><td>{@code sluice_status_write_failures_total}</td><td>cause: away, refused</td><td>writes
 * that weren't done: nobody answered, or the API server said no</td></tr>
 * <tr><td>{@code sluice_memory_writes_total}</td><td>outcome: done, failed</td><td>writes of what
 * the next leader must not forget</td></tr>
 * <tr><td>{@code sluice_adopted}</td><td>namespace, router</td><td>of a router that asks for
 * adoption: 1 if its Envoys serve its clients, 0 if the router-proxy does</td></tr>
 * <tr><td>{@code sluice_adoption_moves_total}</td><td>to: fleet, router_proxy</td><td>Services
 * moved</td></tr>
 * <tr><td>{@code sluice_fleet_writes_total}</td><td>action: apply, delete</td><td>objects of
 * managed fleets applied and deleted</td></tr>
 * <tr><td>{@code sluice_agent_held}</td><td>namespace, agent</td><td>1 for each Agent that Sluice
 * holds</td></tr>
 * <tr><td>{@code sluice_hold_writes_total}</td><td>action: hold, renew, release</td><td>writes to
 * Agents</td></tr>
 * <tr><td>{@code sluice_kubernetes_kinds_missing}</td><td></td><td>kinds that the API server
 * doesn't have or doesn't show us, now</td></tr>
 * </table>
 */
final class KubeMetrics {

  /** Why a status is written. */
  enum Cause {
    TRANSITION("transition"),
    REASSERT("reassert"),
    SHARES("shares");

    private final String label;

    Cause(String label) {
      this.label = label;
    }
  }

  private final MeterRegistry registry;
  private final Map<Cause, Counter> writes = new EnumMap<>(Cause.class);
  private final Map<ObjectiveWrite.Action, Counter> objectiveWrites =
      new EnumMap<>(ObjectiveWrite.Action.class);
  private final Counter away;
  private final Counter refused;
  private final Counter remembered;
  private final Counter notRemembered;
  private final AtomicInteger missing = new AtomicInteger();
  private final MultiGauge adopted;
  private final Counter toFleet;
  private final Counter toRouterProxy;
  private final Counter fleetApplies;
  private final Counter fleetDeletes;
  private final MultiGauge held;
  private final Counter holds;
  private final Counter renewals;
  private final Counter releases;

  KubeMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Cause cause : Cause.values()) {
      writes.put(
          cause,
          counter(
              registry,
              "sluice.status.writes",
              "Statuses written to the API server",
              "cause",
              cause.label));
    }
    for (ObjectiveWrite.Action action : ObjectiveWrite.Action.values()) {
      objectiveWrites.put(
          action,
          counter(
              registry,
              "sluice.objective.writes",
              "Pyrra objectives and TargetsMeasurable conditions written",
              "action",
              action.label()));
    }
    away = failures(registry, "away");
    refused = failures(registry, "refused");
    adopted =
        MultiGauge.builder("sluice.adopted")
            .description("1 if a router's Envoys serve its clients")
            .register(registry);
    toFleet = moves(registry, "fleet");
    toRouterProxy = moves(registry, "router_proxy");
    fleetApplies = fleetWrites(registry, "apply");
    fleetDeletes = fleetWrites(registry, "delete");
    held =
        MultiGauge.builder("sluice.agent.held")
            .description("1 for each Agent that Sluice holds")
            .register(registry);
    holds = holdWrites(registry, "hold");
    renewals = holdWrites(registry, "renew");
    releases = holdWrites(registry, "release");
    remembered = memoryWrites(registry, "done");
    notRemembered = memoryWrites(registry, "failed");
    Gauge.builder("sluice.kubernetes.kinds.missing", missing, AtomicInteger::get)
        .description("Kinds that the API server doesn't have or doesn't show")
        .register(registry);
  }

  private static Counter failures(MeterRegistry registry, String cause) {
    return counter(
        registry,
        "sluice.status.write.failures",
        "Statuses and Events that weren't written",
        "cause",
        cause);
  }

  private static Counter memoryWrites(MeterRegistry registry, String outcome) {
    return counter(
        registry,
        "sluice.memory.writes",
        "Writes of what the next leader must not forget",
        "outcome",
        outcome);
  }

  private static Counter moves(MeterRegistry registry, String to) {
    return counter(registry, "sluice.adoption.moves", "Services of ModelRouters moved", "to", to);
  }

  private static Counter fleetWrites(MeterRegistry registry, String action) {
    return counter(
        registry,
        "sluice.fleet.writes",
        "Objects of managed fleets applied and deleted",
        "action",
        action);
  }

  private static Counter holdWrites(MeterRegistry registry, String action) {
    return counter(
        registry,
        "sluice.hold.writes",
        "Holds put on Agents, renewed and taken off",
        "action",
        action);
  }

  private static Counter counter(
      MeterRegistry registry, String name, String words, String tag, String value) {
    return Counter.builder(name).description(words).tag(tag, value).register(registry);
  }

  void fleetApplied() {
    fleetApplies.increment();
  }

  void fleetDeleted() {
    fleetDeletes.increment();
  }

  void wrote(HoldPlan.Step step) {
    switch (step) {
      case HoldPlan.Step.Stay _ -> {}
      case HoldPlan.Step.Hold _ -> holds.increment();
      case HoldPlan.Step.Renew _ -> renewals.increment();
      case HoldPlan.Step.Release _ -> releases.increment();
    }
  }

  /** The Agents that are held now. */
  void held(Set<ObjectKey> agents) {
    replace(
        held,
        agents.stream()
            .map(
                agent ->
                    MultiGauge.Row.of(
                        Tags.of("namespace", agent.namespace(), "agent", agent.name()), 1))
            .toList());
  }

  private void replace(MultiGauge gauge, List<MultiGauge.Row<Number>> rows) {
    Scrapes.replace(registry, () -> gauge.register(rows, true));
  }

  void moved(Adoption adoption) {
    (adoption.isByFleet() ? toFleet : toRouterProxy).increment();
  }

  /** Of each router that asks for adoption, who serves it. */
  void adoptions(Map<ObjectKey, Adoption> adoptions) {
    replace(
        adopted,
        adoptions.entrySet().stream()
            .map(
                entry ->
                    MultiGauge.Row.of(
                        Tags.of(
                            "namespace",
                            entry.getKey().namespace(),
                            "router",
                            entry.getKey().name()),
                        entry.getValue().isByFleet() ? 1 : 0))
            .toList());
  }

  void remembered() {
    remembered.increment();
  }

  void notRemembered() {
    notRemembered.increment();
  }

  void wrote(Cause cause) {
    Counter counter = writes.get(cause);
    if (counter != null) {
      counter.increment();
    }
  }

  void wrote(ObjectiveWrite.Action action) {
    Counter counter = objectiveWrites.get(action);
    if (counter != null) {
      counter.increment();
    }
  }

  void away() {
    away.increment();
  }

  void refused() {
    refused.increment();
  }

  void kindsMissing(int count) {
    missing.set(count);
  }
}
