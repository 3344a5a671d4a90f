package dev.sluice.app.loop;

import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What counts as a change worth a revision or a line. */
final class Changes {

  private Changes() {}

  /** Who is judged how, without the burn rates that change with every poll. */
  private record Essence(
      DecisionId decision, SortedMap<String, DecisionId> replicas, SloPolicy policy) {

    static Essence of(ServiceVerdict service) {
      TreeMap<String, DecisionId> replicas = new TreeMap<>();
      service.replicas().forEach((name, verdict) -> replicas.put(name, verdict.decision()));
      return new Essence(service.verdict().decision(), replicas, service.policy());
    }
  }

  /** Whether a verdict, a policy or the set of services changed. */
  static boolean isNews(
      Map<ServiceRef, ServiceVerdict> before, Map<ServiceRef, ServiceVerdict> after) {
    return !essence(before).equals(essence(after));
  }

  private static SortedMap<ServiceRef, Essence> essence(Map<ServiceRef, ServiceVerdict> services) {
    TreeMap<ServiceRef, Essence> essence = new TreeMap<>();
    services.forEach((service, verdict) -> essence.put(service, Essence.of(verdict)));
    return essence;
  }

  /** Whether the same requests go to the same backends and replicas. */
  static boolean sameTraffic(RuleShares before, RuleShares after) {
    return before.backends().keySet().equals(after.backends().keySet())
        && after.backends().keySet().stream().allMatch(name -> sameTraffic(name, before, after));
  }

  private static boolean sameTraffic(String backend, RuleShares before, RuleShares after) {
    Optional<BackendShare> one = before.backend(backend);
    Optional<BackendShare> other = after.backend(backend);
    return one.map(BackendShare::weight).equals(other.map(BackendShare::weight))
        && one.map(BackendShare::replicas).equals(other.map(BackendShare::replicas));
  }

  /** The newest verdict of the backends whose traffic changed, replicas included. */
  static Optional<DecisionId> newestDecision(
      RouterSpec router, RuleShares before, RuleShares after, VerdictSnapshot snapshot) {
    return after.backends().keySet().stream()
        .filter(name -> !sameTraffic(name, before, after))
        .flatMap(name -> router.backend(name).flatMap(Backend::service).stream())
        .flatMap(service -> snapshot.find(service).stream())
        .flatMap(
            service ->
                Stream.concat(Stream.of(service.verdict()), service.replicas().values().stream()))
        .max(Comparator.comparing(Verdict::since))
        .map(Verdict::decision);
  }
}
