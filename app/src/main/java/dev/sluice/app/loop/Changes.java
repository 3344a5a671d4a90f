package dev.sluice.app.loop;

import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What counts as a change worth a revision or a line. */
final class Changes {

  private Changes() {}

  /** Whether a verdict, a policy or the set of services changed; burn rates change all the time. */
  static boolean isNews(List<ServiceVerdict> before, List<ServiceVerdict> after) {
    if (before.size() != after.size()) {
      return true;
    }
    for (int i = 0; i < after.size(); i++) {
      if (isNews(before.get(i), after.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNews(ServiceVerdict before, ServiceVerdict after) {
    return !before.service().equals(after.service())
        || !before.verdict().decision().equals(after.verdict().decision())
        || !before.policy().equals(after.policy())
        || !decisions(before.replicas()).equals(decisions(after.replicas()));
  }

  private static Map<String, DecisionId> decisions(Map<String, Verdict> replicas) {
    return replicas.isEmpty()
        ? Map.of()
        : replicas.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().decision()));
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

  /**
   * The newest verdict of the backends whose traffic changed, replicas included. Where a target for
   * latency has a part in it, one that moves nothing isn't the reason.
   */
  static Optional<DecisionId> newestDecision(
      RouterSpec router, RuleShares before, RuleShares after, VerdictSnapshot snapshot) {
    return after.backends().keySet().stream()
        .filter(name -> !sameTraffic(name, before, after))
        .flatMap(name -> router.backend(name).flatMap(Backend::service).stream())
        .flatMap(service -> snapshot.find(service).stream())
        .flatMap(
            service ->
                Stream.concat(Stream.of(service.verdict()), service.replicas().values().stream()))
        .filter(verdict -> after.lateness().isEmpty() || acts(verdict, snapshot.publishedAt()))
        .max(Comparator.comparing(Verdict::since))
        .map(Verdict::decision);
  }

  private static boolean acts(Verdict verdict, Instant now) {
    return switch (verdict.actingState(now)) {
      case AT_RISK, BREACHED, RECOVERING -> true;
      case WITHIN_BUDGET, UNKNOWN -> false;
    };
  }
}
