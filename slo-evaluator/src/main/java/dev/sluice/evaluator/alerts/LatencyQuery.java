package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.RouterRef;
import dev.sluice.model.RuleLatency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks how soon the backends of all rules answer, by the histogram that our Envoys keep. */
final class LatencyQuery {

  // Four scrapes at Prometheus Operator's usual 15 s: a rate over less says nothing whenever one is
  // missed; over more, a backend that is cured stays late for longer.
  private static final String WINDOW = "1m";
  private static final String HISTOGRAM = "envoy_sluice_ttft_milliseconds";
  private static final String PLACE = "namespace, router, rule, backend";
  private static final String P95 = "p95";
  private static final String SAMPLES = "samples";

  /** The query. */
  static final String TEXT =
      marked(
              "histogram_quantile(0.95, sum by (%s, le) (rate(%s_bucket[%s])))"
                  .formatted(PLACE, HISTOGRAM, WINDOW),
              P95)
          + " or "
          + marked(
              "sum by (%s) (increase(%s_count[%s]))".formatted(PLACE, HISTOGRAM, WINDOW), SAMPLES);

  private LatencyQuery() {}

  private static String marked(String expression, String kind) {
    return "label_replace(%s, \"%s\", \"%s\", \"\", \"\")"
        .formatted(expression, MeasurementQuery.MARK, kind);
  }

  /** The {@code data} of the answer: of whom a P95 is known, which needs some traffic. */
  static Map<RouterRef, List<RuleLatency>> read(JsonNode data) {
    Map<Place, Double> samples = new HashMap<>();
    Map<Place, Double> p95s = new HashMap<>();
    for (JsonNode series : data.path("result")) {
      JsonNode labels = series.path("metric");
      boolean isP95 = labels.path(MeasurementQuery.MARK).asText().equals(P95);
      Map<Place, Double> values = isP95 ? p95s : samples;
      PrometheusNumber.finite(series.path("value").path(1).asText())
          .ifPresent(value -> values.put(Place.of(labels), value));
    }
    return p95s.entrySet().stream()
        .flatMap(
            p95 ->
                p95
                    .getKey()
                    .latency(p95.getValue(), samples.getOrDefault(p95.getKey(), 0.0))
                    .stream())
        .collect(Collectors.groupingBy(RuleLatency::router));
  }

  private record Place(String namespace, String name, String rule, String backend) {

    static Place of(JsonNode labels) {
      return new Place(
          labels.path("namespace").asText(),
          labels.path("router").asText(),
          labels.path("rule").asText(),
          labels.path("backend").asText());
    }

    /** Empty for series of someone else's, whose labels aren't ours. */
    Optional<RuleLatency> latency(double p95Millis, double samples) {
      try {
        RouterRef router = new RouterRef(namespace, name);
        return Optional.of(new RuleLatency(router, rule, backend, p95Millis, samples));
      } catch (IllegalArgumentException notOurs) {
        return Optional.empty();
      }
    }
  }
}
