package dev.sluice.app.manifests;

import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.util.List;

/**
 * Reads a Pyrra ServiceLevelObjective.
 *
 * <p>Source of the fields: Pyrra {@code kubernetes/api/v1alpha1/servicelevelobjective_types.go}.
 */
final class ObjectiveReader {

  private static final String SELECTOR = "a PromQL selector";

  private ObjectiveReader() {}

  static Declared read(ObjectId id, Field root) {
    Field spec = root.at("spec");
    return new Declared.Slo(
        new PyrraSlo(
            new ObjectiveRef(id.namespace(), id.name()),
            root.at("metadata").at("labels").textMap(),
            spec.at("target").required("a percentage without its sign, like \"99.5\""),
            spec.at("window").required("a duration like 28d"),
            indicator(spec.at("indicator")),
            spec.at("alerting").at("name").text().orElse(Objective.DEFAULT_ALERT_NAME),
            alerts(spec.at("alerting"))));
  }

  private static boolean alerts(Field alerting) {
    return !alerting.at("disabled").flag(false) && alerting.at("burnrates").flag(true);
  }

  private static PyrraIndicator indicator(Field indicator) {
    Field latency = indicator.at("latency");
    Field latencyNative = indicator.at("latencyNative");
    Field ratio = indicator.at("ratio");
    Field boolGauge = indicator.at("bool_gauge");
    long present =
        List.of(latency, latencyNative, ratio, boolGauge).stream().filter(Field::isPresent).count();
    if (present != 1) {
      indicator
          .notes()
          .add(
              indicator.node().line(),
              indicator.path(),
              present + " indicators (expected: one of latency, latencyNative, ratio, bool_gauge)");
    }
    if (latency.isPresent()) {
      return new PyrraIndicator.Latency(
          metric(latency.at("success")), metric(latency.at("total")), grouping(latency));
    }
    if (latencyNative.isPresent()) {
      return new PyrraIndicator.LatencyNative(
          metric(latencyNative.at("total")),
          latencyNative.at("latency").required("a duration like 500ms"),
          grouping(latencyNative));
    }
    if (ratio.isPresent()) {
      return new PyrraIndicator.Ratio(
          metric(ratio.at("errors")), metric(ratio.at("total")), grouping(ratio));
    }
    return new PyrraIndicator.BoolGauge(
        boolGauge.at("metric").text().orElse(""), grouping(boolGauge));
  }

  private static String metric(Field side) {
    return side.at("metric").required(SELECTOR);
  }

  private static List<String> grouping(Field indicator) {
    return indicator.at("grouping").texts();
  }
}
