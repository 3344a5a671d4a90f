package dev.sluice.xds.shares;

import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shapes one rule: its backends' verdicts to shares, guards, whole weights. */
final class RuleShaper {

  private final RouterSpec router;
  private final Topology topology;
  private final VerdictSnapshot verdicts;
  private final RuleShares previous;
  private final Instant now;
  private final Rule rule;
  private final List<Backend> eligible;
  private final List<Backend> present;
  private final boolean due;
  private final Guards guards;

  RuleShaper(
      RouterSpec router,
      Rule rule,
      Topology topology,
      VerdictSnapshot verdicts,
      RuleShares previous,
      Instant now) {
    this.router = router;
    this.rule = rule;
    this.topology = topology;
    this.verdicts = verdicts;
    this.previous = previous;
    this.now = now;
    this.eligible = eligible();
    this.present = eligible.stream().filter(topology::reaches).toList();
    this.due = due();
    this.guards = Guards.at(now);
  }

  RuleShares shape() {
    TreeMap<String, BackendShare> shares = new TreeMap<>();
    eligible.forEach(backend -> shares.put(backend.name(), absent(backend)));
    if (present.isEmpty()) {
      guards.notes().add("no backend has a ready endpoint");
    } else {
      shares.putAll(shapePresent());
    }
    return stamped(new RuleShares(shares, previous.changedAt(), guards.notes()));
  }

  private Map<String, BackendShare> shapePresent() {
    Map<String, Share> wanted = new LinkedHashMap<>();
    Map<String, Verdict> byBackend = new LinkedHashMap<>();
    for (Backend backend : present) {
      wanted.put(backend.name(), wanted(backend));
      verdict(backend).ifPresent(found -> byBackend.put(backend.name(), found.verdict()));
    }
    Map<String, Share> allowed = guards.neverEmpty("backend", wanted, byBackend);
    allowed = guards.atMostHalf("backend", allowed, byBackend, demotedBefore());
    allowed = guards.maxMoved(allowed, declared(), router.guards().maxMoved());
    return combine(wanted, allowed, weights(allowed));
  }

  /** The backends that answer; in weighted rules, those with a weight above 0. */
  private List<Backend> eligible() {
    return rule.answering().stream()
        .map(router::backend)
        .flatMap(Optional::stream)
        .filter(backend -> rule.strategy() != Rule.Strategy.WEIGHTED || backend.weight() > 0)
        .toList();
  }

  /** Gone isn't recovered: a backend that comes back goes on from the share it left with. */
  private BackendShare absent(Backend backend) {
    Share wanted = wanted(backend);
    return new BackendShare(wanted, wanted, 0, new TreeMap<>());
  }

  /** Non-attacking moves wait for the longest step of the rule's policies. */
  private boolean due() {
    Duration step =
        eligible.stream()
            .map(backend -> policy(backend).shares().step())
            .max(Duration::compareTo)
            .orElse(SloPolicy.Shares.DEFAULT.step());
    return previous
        .changedAt()
        .map(at -> Duration.between(at, now).compareTo(step) >= 0)
        .orElse(true);
  }

  private Share wanted(Backend backend) {
    Share current = previous.backend(backend.name()).map(BackendShare::wanted).orElse(Share.FULL);
    SloPolicy policy = policy(backend);
    ShareStep step = new ShareStep(policy.shares(), now, due);
    Share byLatency =
        previous
            .lateness()
            .filter(lateness -> lateness.backend().equals(backend.name()))
            .map(lateness -> step.next(current, lateness))
            .orElse(Share.FULL);
    return byVerdict(backend, policy, step, current).min(byLatency);
  }

  private Share byVerdict(Backend backend, SloPolicy policy, ShareStep step, Share current) {
    if (policy.mode() == SloPolicy.Mode.OBSERVE) {
      return Share.FULL;
    }
    return verdict(backend)
        .map(found -> step.next(current, found.verdict()))
        .orElseGet(() -> step.towardsFull(current));
  }

  private Map<String, Integer> weights(Map<String, Share> allowed) {
    return switch (rule.strategy()) {
      case WEIGHTED -> Weights.weighted(declared(), allowed);
      case PRIMARY_FALLBACK, SHADOW ->
          Weights.inOrder(present.stream().map(Backend::name).toList(), allowed);
    };
  }

  /** What each backend is declared to get; in order, all of it goes to the first. */
  private Map<String, Integer> declared() {
    Map<String, Integer> declared = new LinkedHashMap<>();
    for (Backend backend : present) {
      switch (rule.strategy()) {
        case WEIGHTED -> declared.put(backend.name(), backend.weight());
        case PRIMARY_FALLBACK, SHADOW -> declared.put(backend.name(), declared.isEmpty() ? 1 : 0);
      }
    }
    return declared;
  }

  private Map<String, BackendShare> combine(
      Map<String, Share> wanted, Map<String, Share> allowed, Map<String, Integer> weights) {
    Map<String, BackendShare> shares = new TreeMap<>();
    for (Backend backend : present) {
      String name = backend.name();
      shares.put(
          name,
          new BackendShare(
              wanted.getOrDefault(name, Share.FULL),
              allowed.getOrDefault(name, Share.FULL),
              weights.getOrDefault(name, 0),
              new TreeMap<>(replicas(backend))));
    }
    return shares;
  }

  /** The same machine for each replica an objective speaks for. */
  private Map<String, Share> replicas(Backend backend) {
    Map<String, Verdict> judged = verdict(backend).map(ServiceVerdict::replicas).orElse(Map.of());
    SloPolicy policy = policy(backend);
    if (policy.mode() == SloPolicy.Mode.OBSERVE || judged.isEmpty()) {
      return Map.of();
    }
    Map<String, Share> before =
        previous.backend(backend.name()).map(BackendShare::replicas).orElse(new TreeMap<>());
    Map<String, Share> wanted = new TreeMap<>();
    Map<String, Verdict> byReplica = new TreeMap<>();
    for (Endpoint endpoint : topology.ready(backend)) {
      String name = endpoint.replicaName();
      Share current = before.getOrDefault(name, Share.FULL);
      Verdict verdict = judged.getOrDefault(name, judged.get(endpoint.address()));
      if (verdict == null) {
        wanted.put(name, Share.FULL);
      } else {
        byReplica.put(name, verdict);
        wanted.put(name, new ShareStep(policy.shares(), now, due).next(current, verdict));
      }
    }
    String what = backend.name() + " replica";
    Map<String, Share> allowed = guards.neverEmpty(what, wanted, byReplica);
    allowed = guards.atMostHalf(what, allowed, byReplica, before.keySet());
    return allowed.entrySet().stream()
        .filter(entry -> entry.getValue().compareTo(Share.FULL) < 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** A first look that finds all as declared is no change. */
  private RuleShares stamped(RuleShares next) {
    boolean same = previous.backends().isEmpty() ? next.isAsDeclared() : next.sameShares(previous);
    Optional<Instant> changedAt = same ? previous.changedAt() : Optional.of(now);
    return new RuleShares(next.backends(), changedAt, next.notes(), previous.lateness());
  }

  private Set<String> demotedBefore() {
    return previous.backends().entrySet().stream()
        .filter(entry -> entry.getValue().isDemoted())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private Optional<ServiceVerdict> verdict(Backend backend) {
    return backend.service().flatMap(verdicts::find);
  }

  private SloPolicy policy(Backend backend) {
    return verdict(backend).map(ServiceVerdict::policy).orElse(SloPolicy.DEFAULT);
  }
}
