package dev.sluice.xds.shares;

import dev.sluice.model.RuleLatency;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.Lateness.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges the primaries of rules that have a target for latency. A pure function; what it finds is
 * kept with the rule's shares, from where the {@link Shaper} goes on, here and at who follows.
 *
 * <p>A primary is late once its P95 exceeds the target, and recovers once it doesn't; either is
 * proven by {@code minSamples} requests. What isn't proven any more is held: for {@code
 * idleRecovery} if too few call it, for {@code holdLast} if Prometheus doesn't answer. Then its
 * traffic comes back.
 */
public final class LatencyJudge {

  private final RouterSpec router;
  private final Topology topology;
  private final VerdictSnapshot verdicts;
  private final Optional<List<RuleLatency>> measured;
  private final Instant now;

  private LatencyJudge(
      RouterSpec router,
      Topology topology,
      VerdictSnapshot verdicts,
      Optional<List<RuleLatency>> measured,
      Instant now) {
    this.router = router;
    this.topology = topology;
    this.verdicts = verdicts;
    this.measured = measured;
    this.now = now;
  }

  /**
   * The shares to go on from.
   *
   * @param verdicts for the policies of the primaries' services
   * @param measured what Prometheus said; empty if it didn't answer
   */
  public static RouterShares judge(
      RouterSpec router,
      Topology topology,
      VerdictSnapshot verdicts,
      Optional<List<RuleLatency>> measured,
      RouterShares previous,
      Instant now) {
    LatencyJudge judge = new LatencyJudge(router, topology, verdicts, measured, now);
    TreeMap<String, RuleShares> rules = new TreeMap<>(previous.rules());
    for (Rule rule : router.rules()) {
      RuleShares before = previous.rule(rule.name()).orElse(RuleShares.NONE);
      Optional<Lateness> after =
          rule.latencyTarget().flatMap(target -> judge.lateness(rule, target, before));
      if (!after.equals(before.lateness())) {
        rules.put(rule.name(), before.withLateness(after));
      }
    }
    return new RouterShares(rules);
  }

  private Optional<Lateness> lateness(Rule rule, Duration target, RuleShares before) {
    return primary(rule)
        .flatMap(
            primary -> {
              Optional<Lateness> known =
                  before.lateness().filter(late -> late.backend().equals(primary.name()));
              SloPolicy.Judge policy = policy(primary).judge();
              return measurement(rule, primary)
                  .filter(found -> found.samples() >= policy.minSamples())
                  .map(proof -> proven(proof, target, known))
                  .orElseGet(() -> known.map(late -> unproven(late, policy)))
                  .filter(late -> !isOver(late, before));
            });
  }

  private Optional<Lateness> proven(RuleLatency proof, Duration target, Optional<Lateness> known) {
    Duration p95 = Duration.ofMillis(Math.round(proof.p95Millis()));
    State state = p95.compareTo(target) > 0 ? State.LATE : State.RECOVERING;
    if (known.isEmpty() && state == State.RECOVERING) {
      return Optional.empty();
    }
    return known
        .filter(late -> late.state() == state && late.target().equals(target))
        .map(late -> late.unproven(Optional.empty()))
        .or(
            () ->
                Optional.of(
                    new Lateness(
                        proof.backend(),
                        state,
                        now,
                        p95,
                        target,
                        (int) proof.samples(),
                        Optional.empty())));
  }

  private Lateness unproven(Lateness late, SloPolicy.Judge policy) {
    if (late.state() == State.RECOVERING) {
      return late;
    }
    Instant from = late.unprovenSince().orElse(now);
    Duration held = measured.isPresent() ? policy.idleRecovery() : policy.holdLast();
    return now.isBefore(from.plus(held))
        ? late.unproven(Optional.of(from))
        : late.enter(State.RECOVERING, now);
  }

  /** Once all of its traffic is back there is nothing left to explain. */
  private static boolean isOver(Lateness late, RuleShares before) {
    return late.state() == State.RECOVERING
        && before
            .backend(late.backend())
            .map(BackendShare::wanted)
            .filter(wanted -> wanted.compareTo(Share.FULL) < 0)
            .isEmpty();
  }

  /** The first that has an endpoint. */
  private Optional<Backend> primary(Rule rule) {
    return rule.backends().stream()
        .map(router::backend)
        .flatMap(Optional::stream)
        .filter(topology::reaches)
        .findFirst();
  }

  private Optional<RuleLatency> measurement(Rule rule, Backend primary) {
    return measured.orElse(List.of()).stream()
        .filter(
            latency ->
                latency.router().equals(router.ref())
                    && latency.rule().equals(rule.name())
                    && latency.backend().equals(primary.name()))
        .findFirst();
  }

  private SloPolicy policy(Backend backend) {
    return backend
        .service()
        .flatMap(verdicts::find)
        .map(ServiceVerdict::policy)
        .orElse(SloPolicy.DEFAULT);
  }
}
