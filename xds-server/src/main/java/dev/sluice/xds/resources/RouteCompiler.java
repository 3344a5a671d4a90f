package dev.sluice.xds.resources;

import com.google.protobuf.UInt32Value;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.ModelGlob;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.shares.RuleShares;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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

  /** What LLMKube's router-proxy reads the classification from, unless configured otherwise. */
  static final String CLASSIFICATION_HEADER = "x-llmkube-classification";

  /** What LLMKube's router-proxy reads the complexity from. */
  static final String COMPLEXITY_HEADER = "x-llmkube-task-complexity";

  /** The metadata key {@link ListenerCompiler} puts the JSON body's {@code model} under. */
  static final String MODEL = "model";

  private static final String API_PATHS = "/v1/(chat/completions|completions|embeddings|responses)";
  private static final String JSON = "application/json";
  private static final String OK = "{\"status\":\"ok\"}";
  private static final String ANY_MODEL = "any";
  private static final int RETRIES = 2;
  private static final int TOO_MANY_REQUESTS = 429;
  // Beside a dominant backend Envoy picks the failed host again and again; within one round of the
  // weights it finds another. A pick costs well below a microsecond.
  private static final int HOST_PICKS = RuleShares.TOTAL_WEIGHT;

  private final RouterSpec router;

  RouteCompiler(RouterSpec router) {
    this.router = router;
  }

  RouteConfiguration compile(List<Rule> rules) {
    VirtualHost.Builder host = VirtualHost.newBuilder().setName(EnvoyNames.ROUTES).addDomains("*");
    host.addRoutes(answer("/health", 200, OK));
    host.addRoutes(answer("/healthz", 200, OK));
    host.addRoutes(answer("/v1/models", 200, models()));
    rules.forEach(rule -> addRoutes(host, rule));
    host.addRoutes(
        answer(
            apiPath(),
            503,
            ErrorBody.json("no rule of ModelRouter " + router.ref() + " takes this request")));
    host.addRoutes(
        answer(
            RouteMatch.newBuilder().setPrefix("/"),
            404,
            ErrorBody.json("ModelRouter " + router.ref() + " serves no such path")));
    return RouteConfiguration.newBuilder().setName(EnvoyNames.ROUTES).addVirtualHosts(host).build();
  }

  private void addRoutes(VirtualHost.Builder host, Rule rule) {
    if (rule.match().models().isEmpty()) {
      host.addRoutes(route(rule, match(rule.match()), ANY_MODEL));
    }
    for (String model : rule.match().models()) {
      RouteMatch.Builder match = match(rule.match()).addDynamicMetadata(modelMatcher(model));
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
                .setRetryPolicy(retries(rule)))
        .build();
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
    if (rule.strategy() != Rule.Strategy.WEIGHTED && rule.backends().size() > 1) {
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
                rule.backends().stream()
                    .map(router::backend)
                    .flatMap(Optional::stream)
                    .map(Backend::timeout)
                    .flatMap(Optional::stream)
                    .max(Duration::compareTo))
        .orElse(router.responseHeaderTimeout());
  }

  private static RouteMatch.Builder match(Match match) {
    RouteMatch.Builder route = apiPath();
    match
        .headers()
        .forEach(
            (name, value) ->
                route.addHeaders(header(name, StringMatcher.newBuilder().setExact(value))));
    if (!match.dataClassification().isEmpty()) {
      route.addHeaders(
          header(CLASSIFICATION_HEADER, ignoringCaseAnyOf(match.dataClassification())));
    }
    match
        .taskComplexity()
        .ifPresent(
            complexity ->
                route.addHeaders(
                    header(COMPLEXITY_HEADER, ignoringCaseAnyOf(List.of(complexity)))));
    return route;
  }

  private static StringMatcher.Builder ignoringCaseAnyOf(List<String> values) {
    String alternatives =
        values.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?i)(", ")"));
    return StringMatcher.newBuilder()
        .setSafeRegex(RegexMatcher.newBuilder().setRegex(alternatives));
  }

  private static HeaderMatcher header(String name, StringMatcher.Builder value) {
    return HeaderMatcher.newBuilder().setName(name).setStringMatch(value).build();
  }

  private static MetadataMatcher modelMatcher(String glob) {
    StringMatcher.Builder value =
        ModelGlob.isLiteral(glob)
            ? StringMatcher.newBuilder().setExact(glob)
            : StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex(ModelGlob.regex(glob)));
    return MetadataMatcher.newBuilder()
        .setFilter(EnvoyNames.METADATA)
        .addPath(MetadataMatcher.PathSegment.newBuilder().setKey(MODEL))
        .setValue(ValueMatcher.newBuilder().setStringMatch(value))
        .build();
  }

  private static RouteMatch.Builder apiPath() {
    return RouteMatch.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex(API_PATHS));
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

  private String models() {
    return router.backends().stream()
        .map(backend -> "{\"id\":" + Json.quote(backend.modelId()) + ",\"object\":\"model\"}")
        .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
  }
}
