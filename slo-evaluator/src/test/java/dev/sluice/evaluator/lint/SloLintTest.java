package dev.sluice.evaluator.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.PyrraRenderer;
import dev.sluice.evaluator.render.SeriesCatalog;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SloLintTest {

  private static final SeriesCatalog CATALOG = new SeriesCatalog(List.of(25, 100, 500, 1000));
  private static final ServiceRef QWEN = new ServiceRef("ml", "qwen");
  private static final Map<ServiceRef, ServingRuntime> VLLM = Map.of(QWEN, ServingRuntime.VLLM);
  private static final PyrraIndicator ERRORS =
      new PyrraIndicator.Ratio("requests_total{code=\"500\"}", "requests_total", List.of());

  @Test
  void whatWorksIsNotCommentedOnAndHasItsTable() {
    LintReport report = lint(List.of(spec("chat", 500)), List.of(slo("qwen-up", "99.5", ERRORS)));

    assertThat(report.findings()).isEmpty();
    assertThat(report.tables())
        .extracting(DetectionTable::objective)
        .containsExactly(new ObjectiveRef("ml", "qwen-ttft"), new ObjectiveRef("ml", "qwen-up"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "92.858 | none",
        "92.85  | WARNING ServiceLevelObjective ml/o: spec.target: a budget of 7.15% means that"
            + " these can never fire: fast (above 100.1% errors) (expected: a target above"
            + " 92.858%)",
        "90     | WARNING ServiceLevelObjective ml/o: spec.target: a budget of 10% means that these"
            + " can never fire: fast (above 140% errors) (expected: a target above 92.858%)",
        "85     | ERROR ServiceLevelObjective ml/o: spec.target: a budget of 15% means that these"
            + " can never fire: fast (above 210% errors), medium (above 105% errors); so it is"
            + " never Breached (expected: a target above 92.858%)",
        "50     | ERROR ServiceLevelObjective ml/o: spec.target: a budget of 50% means that these"
            + " can never fire: fast (above 700% errors), medium (above 350% errors), slow (above"
            + " 100% errors); so it is never Breached (expected: a target above 92.858%)"
      })
  void tiersThatCanNeverFireAreNamedWithTheNumber(String target, String finding) {
    List<String> findings = words(lint(List.of(), List.of(slo("o", target, ERRORS))));

    assertThat(findings).isEqualTo(finding.equals("none") ? List.of() : List.of(finding));
  }

  @Test
  void aBudgetOfAnInferenceSloIsBlamedOnItsField() {
    InferenceSloSpec spec =
        new InferenceSloSpec(
            "chat",
            QWEN,
            Duration.ofDays(28),
            OptionalInt.empty(),
            OptionalDouble.of(0.1),
            OptionalInt.empty());

    assertThat(words(lint(List.of(spec), List.of())))
        .containsExactly(
            "WARNING InferenceSLO ml/chat: spec.errorBudget: a budget of 10% means that these can"
                + " never fire: fast (above 140% errors) (expected: a target above 92.858%)");
  }

  @Test
  void aWindowWhoseShortestAlertRoundsToZeroIsAnError() {
    PyrraSlo slo =
        new PyrraSlo(
            new ObjectiveRef("ml", "o"),
            labels(),
            "99",
            "2d",
            ERRORS,
            Objective.DEFAULT_ALERT_NAME,
            true);

    assertThat(words(lint(List.of(), List.of(slo))))
        .containsExactly(
            "ERROR ServiceLevelObjective ml/o: spec.window: \"2d\" (expected: at least 3d; below"
                + " that Pyrra rounds the fast alert's short window to 0m)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vllm:time_to_first_token_seconds | =\"0.6\"       | le=\"0.6\" is no bucket of"
            + " vllm:time_to_first_token_seconds, so nothing is counted (expected: 0.5 or 0.75)",
        "vllm:e2e_request_latency_seconds | =\"9000\"      | le=\"9000\" is no bucket of"
            + " vllm:e2e_request_latency_seconds, so nothing is counted (expected: 7680)",
        "envoy_sluice_ttft_milliseconds   | =\"0.5\"       | le=\"0.5\" is no bucket of"
            + " envoy_sluice_ttft_milliseconds, so nothing is counted (expected: 25)",
        "vllm:e2e_request_latency_seconds | =\"half\"      | le=\"half\" (expected: a number, like"
            + " 0.5)",
        "vllm:e2e_request_latency_seconds | =\"2.0\"       | none",
        "vllm:e2e_request_latency_seconds | =\"2\"         | none",
        "vllm:e2e_request_latency_seconds | =~\"2.*\"      | none",
        "my_own_latency_seconds           | =\"0.123\"     | none"
      })
  void aThresholdOffTheBucketsNamesThoseBesideIt(String metric, String le, String words) {
    PyrraIndicator latency =
        new PyrraIndicator.Latency(metric + "_bucket{le" + le + "}", metric + "_count", List.of());

    List<String> findings = words(lint(List.of(), List.of(slo("o", "99", latency))));

    assertThat(findings)
        .isEqualTo(
            words.equals("none")
                ? List.of()
                : List.of(
                    "ERROR ServiceLevelObjective ml/o: spec.indicator.latency.success.metric: "
                        + words));
  }

  @Test
  void aLatencyObjectiveWithoutAThresholdIsAnError() {
    PyrraIndicator latency =
        new PyrraIndicator.Latency(
            "vllm:e2e_request_latency_seconds_bucket",
            "vllm:e2e_request_latency_seconds_count",
            List.of());

    assertThat(words(lint(List.of(), List.of(slo("o", "99", latency)))))
        .containsExactly(
            "ERROR ServiceLevelObjective ml/o: spec.indicator.latency.success.metric: no le"
                + " (expected: le=\"BUCKET\", the threshold)");
  }

  @Test
  void aSeriesOfAnotherRuntimeIsAnError() {
    PyrraIndicator latency =
        new PyrraIndicator.Latency(
            "vllm:e2e_request_latency_seconds_bucket{le=\"2\"}",
            "vllm:e2e_request_latency_seconds_count",
            List.of());

    LintReport report =
        SloLint.check(
            new SloSheet(
                Map.of(QWEN, ServingRuntime.LLAMACPP), List.of(), List.of(slo("o", "99", latency))),
            CATALOG);

    assertThat(words(report))
        .containsExactly(
            "ERROR ServiceLevelObjective ml/o: spec.indicator.latency.total.metric:"
                + " \"vllm:e2e_request_latency_seconds_count\" comes from vllm, and the service"
                + " runs llamacpp (expected: a series of llamacpp or of Envoy)");
  }

  @Test
  void whatTheRenderingNotesIsFound() {
    InferenceSloSpec spec =
        new InferenceSloSpec(
            "chat",
            QWEN,
            Duration.ofDays(28),
            OptionalInt.of(600),
            OptionalDouble.empty(),
            OptionalInt.of(200));

    assertThat(lint(List.of(spec), List.of()).findings())
        .extracting(finding -> finding.severity() + " " + finding.field())
        .containsExactly("ERROR spec.minThroughputTokS", "WARNING spec.ttftP99Ms");
  }

  @Test
  void twoInferenceSlosOfOneServiceRenderTheSameNames() {
    assertThat(words(lint(List.of(spec("chat", 500), spec("other", 100)), List.of())))
        .containsExactly(
            "ERROR InferenceSLO ml/other: spec.targetRef.name: \"qwen\" has InferenceSLO ml/chat"
                + " already, and both would render the same names (expected: one InferenceSLO)");
  }

  @Test
  void anObjectiveOfAnotherHandUnderARenderedNameStays() {
    LintReport report = lint(List.of(spec("chat", 500)), List.of(slo("qwen-ttft", "99.5", ERRORS)));

    assertThat(words(report))
        .containsExactly(
            "WARNING InferenceSLO ml/chat: spec.ttftP99Ms: ServiceLevelObjective ml/qwen-ttft isn't"
                + " managed by Sluice and stays as it is, so this target isn't rendered (expected:"
                + " another name for it, or no target here)");
    assertThat(report.tables()).hasSize(1);
  }

  @Test
  void aRenderedObjectiveBesideItsSourceIsFineUntilItDiffers() {
    InferenceSloSpec now = spec("chat", 500);
    PyrraSlo before = rendered(spec("chat", 1000));

    assertThat(lint(List.of(now), List.of(rendered(now))).findings()).isEmpty();
    assertThat(words(lint(List.of(now), List.of(before))))
        .containsExactly(
            "WARNING ServiceLevelObjective ml/qwen-ttft: spec: differs from what InferenceSLO"
                + " ml/chat renders now (expected: what `sluice render` prints)");
  }

  @Test
  void aServiceThatIsNotThereIsTakenForGeneric() {
    LintReport report =
        SloLint.check(new SloSheet(Map.of(), List.of(spec("chat", 500)), List.of()), CATALOG);

    assertThat(words(report))
        .containsExactly(
            "WARNING InferenceSLO ml/chat: spec.targetRef.name: \"qwen\" isn't among these objects,"
                + " so its runtime is taken as generic (expected: the InferenceService beside it)");
  }

  @Test
  void anObjectiveThatNamesNoServiceIsNotOurs() {
    PyrraSlo foreign =
        new PyrraSlo(
            new ObjectiveRef("ml", "o"),
            Map.of(),
            "10",
            "28d",
            ERRORS,
            Objective.DEFAULT_ALERT_NAME,
            true);

    LintReport report = lint(List.of(), List.of(foreign));

    assertThat(report.findings()).isEmpty();
    assertThat(report.tables()).isEmpty();
  }

  private static PyrraSlo rendered(InferenceSloSpec spec) {
    return PyrraRenderer.render(spec, ServingRuntime.VLLM, CATALOG).objectives().getFirst().slo();
  }

  private static LintReport lint(List<InferenceSloSpec> slos, List<PyrraSlo> objectives) {
    return SloLint.check(new SloSheet(VLLM, slos, objectives), CATALOG);
  }

  private static List<String> words(LintReport report) {
    return report.findings().stream().map(LintFinding::toString).toList();
  }

  private static InferenceSloSpec spec(String name, int ttft) {
    return new InferenceSloSpec(
        name,
        QWEN,
        Duration.ofDays(28),
        OptionalInt.of(ttft),
        OptionalDouble.empty(),
        OptionalInt.empty());
  }

  private static PyrraSlo slo(String name, String target, PyrraIndicator indicator) {
    return new PyrraSlo(
        new ObjectiveRef("ml", name),
        labels(),
        target,
        "28d",
        indicator,
        Objective.DEFAULT_ALERT_NAME,
        true);
  }

  private static Map<String, String> labels() {
    return Map.of(ObjectiveResolver.SERVICE_LABEL, QWEN.name());
  }
}
