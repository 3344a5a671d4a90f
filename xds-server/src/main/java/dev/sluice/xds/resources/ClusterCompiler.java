package dev.sluice.xds.resources;

import dev.sluice.model.Indicator;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.type.v3.Percent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule as a cluster. Nothing of a share is in it, so a breach leaves it alone; only outlier
 * detection changes, and only while an objective about failures is breached (a CDS change rebuilds
 * and warms the cluster).
 */
final class ClusterCompiler {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  // Envoy's defaults (1024 requests, 3 retries at once) are far below one busy LLM router.
  private static final int MANY = 100_000;
  private static final double RETRY_BUDGET_PERCENT = 50;
  private static final int RETRIES_ALWAYS_ALLOWED = 50;
  private static final Duration EJECTION_CHECK = Duration.ofSeconds(5);
  // Envoy's default of 10% never ejects one of two or three hosts.
  private static final int MOST_EJECTED_PERCENT = 50;
  private static final int FAILURES_NORMALLY = 10;
  private static final int FAILURES_WHILE_BREACHED = 3;
  private static final int UNWELL_AFTER = 2;

  private final RouterSpec router;
  private final VerdictSnapshot verdicts;

  ClusterCompiler(RouterSpec router, VerdictSnapshot verdicts) {
    this.router = router;
    this.verdicts = verdicts;
  }

  /** The rule's own, then one for each backend that gets copies. */
  List<Cluster> compile(Rule rule) {
    List<Cluster> all = new ArrayList<>();
    all.add(cluster(rule, EnvoyNames.cluster(rule)).addAllHealthChecks(healthChecks(rule)).build());
    rule.shadows()
        .forEach(backend -> all.add(cluster(rule, EnvoyNames.shadow(rule, backend)).build()));
    return all;
  }

  private Cluster.Builder cluster(Rule rule, String name) {
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(Protos.ADS))
        .setConnectTimeout(Protos.duration(CONNECT_TIMEOUT))
        .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
        .setCommonLbConfig(
            Cluster.CommonLbConfig.newBuilder()
                // Shares never empty a rule; panic would hand full traffic to ejected hosts.
                .setHealthyPanicThreshold(Percent.newBuilder().setValue(0))
                .setLocalityWeightedLbConfig(
                    Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance()))
        .setCircuitBreakers(circuitBreakers())
        .setOutlierDetection(outlierDetection(failuresBreached(rule)));
  }

  /**
   * Of the backends that declare one; {@link dev.sluice.xds.router.RouterCheck} sees they agree.
   */
  private List<HealthCheck> healthChecks(Rule rule) {
    return rule.answering().stream()
        .map(router::backend)
        .flatMap(Optional::stream)
        .map(Backend::healthCheck)
        .flatMap(Optional::stream)
        .limit(1)
        .map(ClusterCompiler::healthCheck)
        .toList();
  }

  private static HealthCheck healthCheck(Backend.HealthCheck declared) {
    return HealthCheck.newBuilder()
        .setInterval(Protos.duration(declared.interval()))
        // Else Envoy asks once a minute while nobody calls.
        .setNoTrafficInterval(Protos.duration(declared.interval()))
        .setTimeout(Protos.duration(declared.timeout()))
        .setUnhealthyThreshold(Protos.uint32(UNWELL_AFTER))
        .setHealthyThreshold(Protos.uint32(1))
        .setHttpHealthCheck(
            HealthCheck.HttpHealthCheck.newBuilder()
                // Else it is the cluster's name, which has a slash: servers answer that with 400.
                .setHost("localhost")
                .setPath(declared.path()))
        .build();
  }

  static CircuitBreakers circuitBreakers() {
    return CircuitBreakers.newBuilder()
        .addThresholds(
            CircuitBreakers.Thresholds.newBuilder()
                .setMaxConnections(Protos.uint32(MANY))
                .setMaxPendingRequests(Protos.uint32(MANY))
                .setMaxRequests(Protos.uint32(MANY))
                .setRetryBudget(
                    CircuitBreakers.Thresholds.RetryBudget.newBuilder()
                        .setBudgetPercent(Percent.newBuilder().setValue(RETRY_BUDGET_PERCENT))
                        .setMinRetryConcurrency(Protos.uint32(RETRIES_ALWAYS_ALLOWED))))
        .build();
  }

  private OutlierDetection outlierDetection(boolean tightened) {
    int failures = tightened ? FAILURES_WHILE_BREACHED : FAILURES_NORMALLY;
    return OutlierDetection.newBuilder()
        .setInterval(Protos.duration(EJECTION_CHECK))
        .setBaseEjectionTime(Protos.duration(router.settings().quarantine()))
        .setMaxEjectionTime(Protos.duration(router.settings().quarantine()))
        .setMaxEjectionPercent(Protos.uint32(MOST_EJECTED_PERCENT))
        .setConsecutive5Xx(Protos.uint32(failures))
        .setConsecutiveGatewayFailure(Protos.uint32(failures))
        .setEnforcingConsecutiveGatewayFailure(Protos.uint32(100))
        .setSplitExternalLocalOriginErrors(true)
        .setConsecutiveLocalOriginFailure(Protos.uint32(FAILURES_WHILE_BREACHED))
        // Statistical ejection needs five hosts with 100 requests each; LLM rules rarely have them.
        .setEnforcingSuccessRate(Protos.uint32(0))
        .setEnforcingLocalOriginSuccessRate(Protos.uint32(0))
        .build();
  }

  private boolean failuresBreached(Rule rule) {
    return rule.backends().stream()
        .map(router::backend)
        .flatMap(Optional::stream)
        .map(Backend::service)
        .flatMap(Optional::stream)
        .anyMatch(this::failuresBreached);
  }

  private boolean failuresBreached(ServiceRef service) {
    return verdicts.find(service).map(ServiceVerdict::verdict).stream()
        .anyMatch(
            verdict ->
                verdict instanceof Verdict.Breached breached
                    && breached.indicators().stream().anyMatch(Indicator::isAvailability));
  }
}
