package dev.sluice.xds.resources;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
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
 * <tr><td>{@code envoy_sluice_ttft_milliseconds}</td><td>histogram, per attempt: request sent to
 * first body byte</td></tr>
 * <tr><td>{@code envoy_sluice_generation_milliseconds}</td><td>histogram, per attempt: first to last
 * body byte</td></tr>
 * <tr><td>{@code envoy_sluice_attempts_total}</td><td>counter, per attempt, by code; 0 is no
 * answer</td></tr>
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
  // Deprecated in favour of stats_scope, which 1.37 doesn't know; Envoy accepts exactly one.
  private static final String PREFIX = "sluice";

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

  /** What the client saw: one count for each request. */
  static AccessLog ofRequests(String router) {
    List<Value> tags =
        join(ROUTE_TAGS, List.of(tag("code", "%RESPONSE_CODE%"), tag("router", router)));
    return logger(struct("counters", list(counter("requests_total", tags))));
  }

  /** What each attempt on a backend was like. */
  static AccessLog ofAttempts() {
    List<Value> tags = join(ROUTE_TAGS, ENDPOINT_TAGS);
    List<Value> withCode = join(tags, List.of(tag("code", "%RESPONSE_CODE%")));
    return logger(
        struct(
            "counters",
            list(counter("attempts_total", withCode)),
            "histograms",
            list(
                histogram("ttft_milliseconds", tags, "US_TX_BEG:US_RX_BODY_BEG"),
                histogram("generation_milliseconds", tags, "US_RX_BODY_BEG:US_RX_END"))));
  }

  private static AccessLog logger(Struct.Builder stats) {
    TypedStruct config =
        TypedStruct.newBuilder()
            .setTypeUrl(TYPE)
            .setValue(stats.putFields("stat_prefix", Protos.text(PREFIX)))
            .build();
    return AccessLog.newBuilder()
        .setName("envoy.access_loggers.stats")
        .setTypedConfig(Protos.any(config))
        .build();
  }

  private static Value counter(String name, List<Value> tags) {
    Value one = Value.newBuilder().setNumberValue(1).build();
    return value(struct("stat", stat(name, tags), "value_fixed", one));
  }

  private static Value histogram(String name, List<Value> tags, String interval) {
    return value(
        struct(
            "stat",
            stat(name, tags),
            "unit",
            Protos.text("Milliseconds"),
            "value_format",
            Protos.text("%COMMON_DURATION(" + interval + ":ms)%")));
  }

  private static Value stat(String name, List<Value> tags) {
    return value(struct("name", Protos.text(name), "tags", list(tags.toArray(Value[]::new))));
  }

  private static Value endpointTag(String key) {
    return tag(key, "%UPSTREAM_METADATA(sluice:" + key + ")%");
  }

  private static Value tag(String name, String format) {
    return value(struct("name", Protos.text(name), "value_format", Protos.text(format)));
  }

  private static Struct.Builder struct(String key, Value value) {
    return Struct.newBuilder().putFields(key, value);
  }

  private static Struct.Builder struct(String key, Value value, String key2, Value value2) {
    return struct(key, value).putFields(key2, value2);
  }

  private static Struct.Builder struct(
      String key, Value value, String key2, Value value2, String key3, Value value3) {
    return struct(key, value, key2, value2).putFields(key3, value3);
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
