package dev.sluice.app.manifests;

import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.render.RenderedSlo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A rendered objective as a Pyrra ServiceLevelObjective: what {@code sluice render} prints and what
 * is applied to a cluster.
 *
 * <p>Source of the fields: Pyrra {@code kubernetes/api/v1alpha1/servicelevelobjective_types.go}.
 */
public final class ObjectiveDocument {

  private ObjectiveDocument() {}

  /** The whole object, as the maps and texts of its JSON. */
  public static Map<String, Object> of(RenderedSlo rendered) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("apiVersion", "pyrra.dev/v1alpha1");
    document.put("kind", "ServiceLevelObjective");
    document.put("metadata", metadata(rendered));
    document.put("spec", spec(rendered.slo()));
    return document;
  }

  private static Map<String, Object> metadata(RenderedSlo rendered) {
    PyrraSlo slo = rendered.slo();
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", slo.ref().name());
    metadata.put("namespace", slo.ref().namespace());
    metadata.put("labels", new TreeMap<>(slo.labels()));
    metadata.put("annotations", new TreeMap<>(rendered.annotations()));
    return metadata;
  }

  private static Map<String, Object> spec(PyrraSlo slo) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("target", slo.target());
    spec.put("window", slo.window());
    // The CRD's default, abort, ends up in rules that a plain Prometheus refuses.
    spec.put("partial_response_strategy", "");
    spec.put("indicator", indicator(slo.indicator()));
    return spec;
  }

  private static Map<String, Object> indicator(PyrraIndicator indicator) {
    Map<String, Object> body = new LinkedHashMap<>();
    String kind =
        switch (indicator) {
          case PyrraIndicator.Latency latency -> {
            body.put("success", metric(latency.success()));
            body.put("total", metric(latency.total()));
            yield "latency";
          }
          case PyrraIndicator.LatencyNative latency -> {
            body.put("total", metric(latency.total()));
            body.put("latency", latency.latency());
            yield "latencyNative";
          }
          case PyrraIndicator.Ratio ratio -> {
            body.put("errors", metric(ratio.errors()));
            body.put("total", metric(ratio.total()));
            yield "ratio";
          }
          case PyrraIndicator.BoolGauge gauge -> {
            body.put("metric", gauge.metric());
            yield "bool_gauge";
          }
        };
    if (!indicator.grouping().isEmpty()) {
      body.put("grouping", indicator.grouping());
    }
    return Map.of(kind, body);
  }

  private static Map<String, String> metric(String selector) {
    return Map.of("metric", selector);
  }
}
