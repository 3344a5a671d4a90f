package dev.sluice.xds.resources;

import com.google.protobuf.UInt32Value;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.shares.RuleShares;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A router's rules as routes: declared order, the first that matches decides, and a request that no
 * rule takes is answered here.
 *
 * <p>A rule is one route for each of its model patterns, so that the pattern that matched can be
 * told apart in statistics. Retries go to another host; {@code per_try_timeout} bounds the wait for
 * a response's headers and lets its body run on (measured on Envoy 1.40), the route timeout is off.
 */
final class RouteCompiler {

  /** The metadata key {@link ListenerCompiler} puts the JSON body's {@code model} under. */
  static final String MODEL = "model";

  private static final String JSON = "application/json";
  private static final String OK = "{\"status\":\"ok\"}";
  private static final String ANY_MODEL = "any";
  private static final int CREATED = 0;
  private static final int RETRIES = 2;
  private static final int TOO_MANY_REQUESTS = 429;
  // Beside a dominant backend Envoy picks the failed host again and again; within one round of the
  // weights it finds another. A pick costs well below a microsecond.
  private static final int HOST_PICKS = RuleShares.TOTAL_WEIGHT;

  private final RouterSpec router;
  private final MatchCompiler matches;

  RouteCompiler(RouterSpec router) {
    this.router = router;
    this.matches = new MatchCompiler(router);
  }

  RouteConfiguration compile(List<Rule> rules) {
    VirtualHost.Builder host = VirtualHost.newBuilder().setName(EnvoyNames.ROUTES).addDomains("*");
    host.addRoutes(answer("/health", 200, OK));
    host.addRoutes(answer("/healthz", 200, OK));
    host.addRoutes(answer("/v1/models", 200, models()));
    rules.forEach(rule -> addRoutes(host, rule));
    host.addRoutes(
        answer(
            MatchCompiler.apiPath(),
            503,
            ErrorBody.json("no rule of ModelRouter " + router.ref() + " takes this request")));
    host.addRoutes(
        answer(
            RouteMatch.newBuilder().setPrefix("/"),
            404,
            ErrorBody.json("ModelRouter " + router.ref() + " serves no such path")));
    return RouteConfiguration.newBuilder()
        .setName(EnvoyNames.ROUTES)
        .addVirtualHosts(host)
        // Backends have keys of their own; a caller's is nobody else's business.
        .addRequestHeadersToRemove("authorization")
        .build();
  }

  private void addRoutes(VirtualHost.Builder host, Rule rule) {
    if (rule.match().models().isEmpty()) {
      host.addRoutes(route(rule, matches.compile(rule.match()), ANY_MODEL));
    }
    for (String model : rule.match().models()) {
      RouteMatch.Builder match =
          matches.compile(rule.match()).addDynamicMetadata(MatchCompiler.model(model));
      host.addRoutes(route(rule, match, model));
    }
  }

  private Route route(Rule rule, RouteMatch.Builder match, String model) {
    return Route.newBuilder()
        .setName(rule.name())
        .setMatch(match)
        .setMetadata(Protos.metadata(Map.of(MODEL, model)))
        .setRoute(
            RouteAction.newBuilder()
                .setCluster(EnvoyNames.cluster(rule))
                .setTimeout(Protos.duration(Duration.ZERO))
                .setRetryPolicy(retries(rule))
                .addAllRequestMirrorPolicies(mirrors(rule)))
        .build();
  }

  private static List<RouteAction.RequestMirrorPolicy> mirrors(Rule rule) {
    return rule.shadows().stream()
        .map(
            backend ->
                RouteAction.RequestMirrorPolicy.newBuilder()
                    .setCluster(EnvoyNames.shadow(rule, backend))
                    .build())
        .toList();
  }

  private RetryPolicy retries(Rule rule) {
    RetryPolicy.Builder policy =
        RetryPolicy.newBuilder()
            .setRetryOn("5xx,connect-failure,reset,retriable-status-codes")
            .addRetriableStatusCodes(TOO_MANY_REQUESTS)
            .setNumRetries(UInt32Value.of(RETRIES))
            .setPerTryTimeout(Protos.duration(headerTimeout(rule)))
            .addRetryHostPredicate(
                RetryPolicy.RetryHostPredicate.newBuilder()
                    .setName("envoy.retry_host_predicates.previous_hosts")
                    .setTypedConfig(Protos.any(PreviousHostsPredicate.getDefaultInstance())))
            .setHostSelectionRetryMaxAttempts(HOST_PICKS);
    if (rule.strategy() != Rule.Strategy.WEIGHTED && rule.answering().size() > 1) {
      policy.setRetryPriority(
          RetryPolicy.RetryPriority.newBuilder()
              .setName("envoy.retry_priorities.previous_priorities")
              .setTypedConfig(
                  Protos.any(PreviousPrioritiesConfig.newBuilder().setUpdateFrequency(1).build())));
    }
    return policy.build();
  }

  /** The rule's own, else the longest of its backends', else the router's. */
  private Duration headerTimeout(Rule rule) {
    return rule.timeout()
        .or(
            () ->
                rule.answering().stream()
                    .map(router::backend)
                    .flatMap(Optional::stream)
                    .map(Backend::timeout)
                    .flatMap(Optional::stream)
                    .max(Duration::compareTo))
        .orElse(router.settings().responseHeaderTimeout());
  }

  private static Route answer(String path, int status, String json) {
    return answer(RouteMatch.newBuilder().setPath(path), status, json);
  }

  private static Route answer(RouteMatch.Builder match, int status, String json) {
    return Route.newBuilder()
        .setMatch(match)
        .setDirectResponse(
            DirectResponseAction.newBuilder()
                .setStatus(status)
                .setBody(DataSource.newBuilder().setInlineString(json)))
        .addResponseHeadersToAdd(
            HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("content-type").setValue(JSON))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
        .build();
  }

  /** As LLMKube's router-proxy lists them; {@code created} is a fixed time, to compile alike. */
  private String models() {
    return router.backends().stream()
        .map(
            backend ->
                "{\"id\":%s,\"object\":\"model\",\"created\":%d,\"owned_by\":%s}"
                    .formatted(Json.quote(backend.listedId()), CREATED, Json.quote(owner(backend))))
        .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
  }

  private static String owner(Backend backend) {
    return backend.external().map(external -> external.provider().word()).orElse("llmkube");
  }
}
