package dev.sluice.evaluator.declare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectiveResolverTest {

  private static final ObjectiveRef REF = new ObjectiveRef("ml", "chat-ttft");
  private static final Map<String, String> LABELLED =
      Map.of(ObjectiveResolver.SERVICE_LABEL, "chat.v2");
  private static final String TOTAL = "ttft_seconds_count{namespace=\"gpu\",service=\"chat\"}";

  @Test
  void theLabelNamesAServiceOfTheObjectivesNamespace() {
    Resolution resolution = resolve(slo(LABELLED, "99.9", "4w", TOTAL));

    assertThat(resolution)
        .isEqualTo(
            new Resolution.Resolved(
                new Objective(
                    REF,
                    new ServiceRef("ml", "chat.v2"),
                    Indicator.LATENCY,
                    0.999,
                    Duration.ofDays(28),
                    TOTAL,
                    Optional.of("unused"),
                    List.of("pod"),
                    "Burn")));
  }

  @Test
  void withoutTheLabelTheSelectorsServiceAndNamespaceCount() {
    assertThat(resolve(slo(Map.of(), "99", "28d", TOTAL)))
        .isInstanceOfSatisfying(
            Resolution.Resolved.class,
            resolved ->
                assertThat(resolved.objective().service())
                    .isEqualTo(new ServiceRef("gpu", "chat")));
  }

  @Test
  void anObjectiveThatPinsNoServiceIsSomebodyElses() {
    for (String total :
        List.of(
            "http_requests_total",
            "up{service=\"chat\"}",
            "up{namespace=\"gpu\",service=~\"chat\"}",
            "up{namespace=\"gpu\",service=\"Not A Service\"}",
            "sum(up)")) {
      assertThat(resolve(slo(Map.of(), "99", "28d", total)))
          .as(total)
          .isEqualTo(new Resolution.NotOurs());
    }
  }

  @Test
  void aTargetOutsideOfZeroToHundredPercentIsRefused() {
    for (String target : List.of("100", "0", "-1", "high", "")) {
      assertThat(words(slo(LABELLED, target, "28d", TOTAL)))
          .isEqualTo(
              "ServiceLevelObjective ml/chat-ttft: spec.target: \""
                  + target
                  + "\" (expected: a percentage above 0 and below 100, like \"99.5\")");
    }
  }

  @Test
  void aWindowTooShortForPyrrasFastAlertIsRefused() {
    assertThat(words(slo(LABELLED, "99", "2d", TOTAL)))
        .isEqualTo(
            "ServiceLevelObjective ml/chat-ttft: spec.window: \"2d\" (expected: at least 3d; below"
                + " that Pyrra rounds the fast alert's short window to 0m)");
    assertThat(words(slo(LABELLED, "99", "a month", TOTAL)))
        .endsWith("spec.window: \"a month\" (expected: a duration like 28d or 4w)");
    assertThat(resolve(slo(LABELLED, "99", "3d", TOTAL))).isInstanceOf(Resolution.Resolved.class);
  }

  @Test
  void aLabelledObjectiveWithAWrongSelectorIsRefusedByItsField() {
    assertThat(words(slo(LABELLED, "99", "28d", "up{")))
        .startsWith(
            "ServiceLevelObjective ml/chat-ttft: spec.indicator.latency.total.metric: \"up{\""
                + " (expected: a PromQL selector; ");
    assertThat(words(slo(LABELLED, "99", "28d", "{job=\"x\"}")))
        .contains("(expected: a selector that names a metric)");
  }

  @Test
  void aLabelThatIsNoNameIsRefused() {
    assertThat(words(slo(Map.of(ObjectiveResolver.SERVICE_LABEL, "Chat"), "99", "28d", TOTAL)))
        .contains("metadata.labels[inference.llmkube.dev/inferenceservice]: \"Chat\"");
  }

  @Test
  void anObjectiveWithoutAlertsCannotBeJudged() {
    PyrraSlo silent =
        new PyrraSlo(
            REF, LABELLED, "99", "28d", new PyrraIndicator.BoolGauge("up", List.of()), "X", false);

    assertThat(words(silent)).contains("spec.alerting");
  }

  @Test
  void eachKindOfIndicatorHasItsTotalAndItsField() {
    List<String> none = List.of();

    assertThat(
            List.of(
                new PyrraIndicator.Latency("s", "a", none),
                new PyrraIndicator.LatencyNative("b", "500ms", none),
                new PyrraIndicator.Ratio("e", "c", none),
                new PyrraIndicator.BoolGauge("d", none)))
        .extracting(i -> i.total() + " " + i.totalField() + " " + i.kind())
        .containsExactly(
            "a latency.total.metric LATENCY",
            "b latencyNative.total.metric LATENCY",
            "c ratio.total.metric ERRORS",
            "d bool_gauge.metric UPTIME");
  }

  private static PyrraSlo slo(
      Map<String, String> labels, String target, String window, String total) {
    PyrraIndicator indicator = new PyrraIndicator.Latency("unused", total, List.of("pod"));
    return new PyrraSlo(REF, labels, target, window, indicator, "Burn", true);
  }

  private static Resolution resolve(PyrraSlo slo) {
    return ObjectiveResolver.resolve(slo);
  }

  private static String words(PyrraSlo slo) {
    return ((Resolution.Invalid) resolve(slo)).words();
  }
}
