package dev.sluice.xds.resources;

import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.ModelGlob;
import dev.sluice.xds.router.RouterSpec;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A rule's conditions as Envoy's.
 *
 * <p>A header that comes more than once matches if any of its values does (measured on Envoy 1.40);
 * LLMKube's router-proxy looks at the first alone. So a request that says {@code pii} anywhere is
 * taken as such.
 */
final class MatchCompiler {

  /** What LLMKube's router-proxy reads the complexity from. */
  static final String COMPLEXITY_HEADER = "x-llmkube-task-complexity";

  private static final String API_PATHS = "/v1/(chat/completions|completions|embeddings|responses)";

  private final RouterSpec router;

  MatchCompiler(RouterSpec router) {
    this.router = router;
  }

  RouteMatch.Builder compile(Match match) {
    RouteMatch.Builder route = apiPath();
    match
        .headers()
        .forEach(
            (name, value) ->
                route.addHeaders(header(name, StringMatcher.newBuilder().setExact(value))));
    if (!match.dataClassification().isEmpty()) {
      route.addHeaders(
          header(
              router.settings().classificationHeader(),
              ignoringCaseAnyOf(match.dataClassification())));
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

  static MetadataMatcher model(String glob) {
    StringMatcher.Builder value =
        ModelGlob.isLiteral(glob)
            ? StringMatcher.newBuilder().setExact(glob)
            : StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex(ModelGlob.regex(glob)));
    return metadata(EnvoyNames.METADATA, List.of(RouteCompiler.MODEL), value);
  }

  /** Matches a text in the metadata that a filter left. */
  static MetadataMatcher metadata(String filter, List<String> path, StringMatcher.Builder value) {
    MetadataMatcher.Builder matcher = MetadataMatcher.newBuilder().setFilter(filter);
    path.forEach(key -> matcher.addPath(MetadataMatcher.PathSegment.newBuilder().setKey(key)));
    return matcher.setValue(ValueMatcher.newBuilder().setStringMatch(value)).build();
  }

  static RouteMatch.Builder apiPath() {
    return RouteMatch.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex(API_PATHS));
  }
}
