package dev.sluice.xds.resources;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.accesslog.v3.HeaderFilter;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Envoy measures what the runtimes don't: access loggers that count into statistics.
 *
 * <table>
 * <caption>Names at Envoy's {@code /stats/prometheus}. Tags: namespace, inferenceservice, router,
 * backend, pod, rule, and model, which is the pattern that matched, so that callers can't make up
 * series.</caption>
 * <tr><td>{@code envoy_sluice_ttft_milliseconds}</td><td>histogram, per answered attempt (codes 200
 * to 399): request sent to first body byte</td></tr>
 * <tr><td>{@code envoy_sluice_generation_milliseconds}</td><td>histogram, per answered attempt:
 * first to last body byte</td></tr>
 * <tr><td>{@code envoy_sluice_attempts_total}</td><td>counter, per attempt, by code; 0 is no answer
 * or one that broke off, 499 a client that left before it was answered. An error objective counts {@code
 * code=~"5..|0"}</td></tr>
 * <tr><td>{@code envoy_sluice_requests_total}</td><td>counter, per request as the client saw it, by
 * code; without the tags of a backend</td></tr>
 * </table>
 *
 * <p>"Per attempt" is the point: the router filter's upstream log sees each try, so a 500 that was
 * retried elsewhere counts against the backend that failed, and its delay isn't blamed on the one
 * that answered. Measured on Envoy 1.40.
 *
 * <p>The logger (envoy.extensions.access_loggers.stats.v3) is newer than java-control-plane's API,
 * so its configuration is a {@link TypedStruct}: the one way we write such extensions.
 */
final class StatsLogger {

  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config";
  // Deprecated in favour of stats_scope: {prefix: sluice}, which 1.37 doesn't know; Envoy accepts
  // exactly one, and warns of it at each listener.
  private static final String PREFIX = "sluice";

  private static final String FAILED = "0";
  // nginx's code for it; no server sends it.
  private static final String CLIENT_LEFT = "499";

  private static final List<Value> ROUTE_TAGS =
      List.of(tag("model", "%METADATA(ROUTE:sluice:model)%"), tag("rule", "%ROUTE_NAME%"));

  private static final List<Value> ENDPOINT_TAGS =
      List.of(
          endpointTag("backend"),
          endpointTag("inferenceservice"),
          endpointTag("namespace"),
          endpointTag("pod"),
          endpointTag("router"));

  private StatsLogger() {}

  /** What the client saw: one count for each request to the API, probes of health left out. */
  static AccessLog ofRequests(String router) {
    List<Value> tags =
        join(ROUTE_TAGS, List.of(tag("code", "%RESPONSE_CODE%"), tag("router", router)));
    HeaderMatcher api =
        HeaderMatcher.newBuilder()
            .setName(":path")
            .setStringMatch(StringMatcher.newBuilder().setPrefix("/v1/"))
            .build();
    return logger(struct("counters", list(counter("requests_total", tags))))
        .setFilter(
            AccessLogFilter.newBuilder().setHeaderFilter(HeaderFilter.newBuilder().setHeader(api)))
        .build();
  }

  /**
   * What became of each attempt on a backend. Envoy flags one that failed, and neither flags nor
   * gives a code to one that the client left: that says nothing of the backend.
   */
  static List<AccessLog> ofAttempts() {
    return List.of(
        attempts("%RESPONSE_CODE%", expression("response.flags == 0 && has(response.code)")),
        attempts(FAILED, expression("response.flags != 0")),
        attempts(CLIENT_LEFT, expression("response.flags == 0 && !has(response.code)")),
        answers(expression("response.code >= 200 && response.code < 400")));
  }

  private static AccessLog attempts(String code, AccessLogFilter which) {
    List<Value> tags = join(ROUTE_TAGS, join(ENDPOINT_TAGS, List.of(tag("code", code))));
    return logger(struct("counters", list(counter("attempts_total", tags))))
        .setFilter(which)
        .build();
  }

  /** How long answers took: an error's body is no first token. */
  private static AccessLog answers(AccessLogFilter which) {
    List<Value> tags = join(ROUTE_TAGS, ENDPOINT_TAGS);
    return logger(
            struct(
                "histograms",
                list(
                    histogram("ttft_milliseconds", tags, "US_TX_BEG:US_RX_BODY_BEG"),
                    histogram("generation_milliseconds", tags, "US_RX_BODY_BEG:US_RX_END"))))
        .setFilter(which)
        .build();
  }

  private static AccessLogFilter expression(String text) {
    return AccessLogFilter.newBuilder()
        .setExtensionFilter(
            ExtensionFilter.newBuilder()
                .setName("envoy.access_loggers.extension_filters.cel")
                .setTypedConfig(
                    Protos.any(ExpressionFilter.newBuilder().setExpression(text).build())))
        .build();
  }

  private static AccessLog.Builder logger(Struct.Builder stats) {
    TypedStruct config =
        TypedStruct.newBuilder()
            .setTypeUrl(TYPE)
            .setValue(stats.putFields("stat_prefix", Protos.text(PREFIX)))
            .build();
    return AccessLog.newBuilder()
        .setName("envoy.access_loggers.stats")
        .setTypedConfig(Protos.any(config));
  }

  private static Value counter(String name, List<Value> tags) {
    Value one = Value.newBuilder().setNumberValue(1).build();
    return value(struct("stat", stat(name, tags)).putFields("value_fixed", one));
  }

  private static Value histogram(String name, List<Value> tags, String interval) {
    return value(
        struct("stat", stat(name, tags))
            .putFields("unit", Protos.text("Milliseconds"))
            .putFields("value_format", Protos.text("%COMMON_DURATION(" + interval + ":ms)%")));
  }

  private static Value stat(String name, List<Value> tags) {
    return value(
        struct("name", Protos.text(name)).putFields("tags", list(tags.toArray(Value[]::new))));
  }

  private static Value endpointTag(String key) {
    return tag(key, "%UPSTREAM_METADATA(sluice:" + key + ")%");
  }

  private static Value tag(String name, String format) {
    return value(struct("name", Protos.text(name)).putFields("value_format", Protos.text(format)));
  }

  private static Struct.Builder struct(String key, Value value) {
    return Struct.newBuilder().putFields(key, value);
  }

  private static Value value(Struct.Builder struct) {
    return Value.newBuilder().setStructValue(struct).build();
  }

  private static Value list(Value... values) {
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(Arrays.asList(values)))
        .build();
  }

  private static List<Value> join(List<Value> some, List<Value> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
