package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BudgetReaderTest extends ReaderFixture {

  private static final Offset<Double> CLOSE = Offset.offset(1e-9);
  private static final String PINNED = "namespace=\"ml\",service=\"qwen\"";
  private static final Objective LATENCY =
      budgeted(
          Indicator.LATENCY,
          "ttft_seconds_count{" + PINNED + "}",
          Optional.of("ttft_seconds_bucket{le=\"0.5\"," + PINNED + "}"));
  private static final Objective ERRORS =
      budgeted(
          Indicator.ERRORS,
          "http_requests_total{" + PINNED + "}",
          Optional.of("http_requests_total{code=~\"5..\"," + PINNED + "}"));
  private static final Objective UPTIME =
      budgeted(Indicator.UPTIME, "up{" + PINNED + "}", Optional.empty());

  @Test
  void aLatencyBudgetIsWhatTheSlowOnesLeft() {
    answer(
        series("ttft_seconds:increase4w", "", 1000),
        series("ttft_seconds:increase4w", "\"le\":\"0.5\",", 996));

    // 4 of the 10 that may be slow.
    assertThat(ratio(LATENCY)).isCloseTo(0.6, CLOSE);
    assertThat(prometheus.queries().getFirst())
        .contains("{__name__=~\"ttft_seconds:increase4w\",slo=~\"mine\"}");
  }

  @Test
  void anErrorBudgetMayBeOverspent() {
    answer(
        series("http_requests:increase4w", "\"code\":\"200\",", 986),
        series("http_requests:increase4w", "\"code\":\"500\",", 10),
        series("http_requests:increase4w", "\"code\":\"503\",", 4));

    assertThat(ratio(ERRORS)).isCloseTo(-0.4, CLOSE);
  }

  @Test
  void withoutAnErrorAllOfTheBudgetIsLeft() {
    answer(series("http_requests:increase4w", "\"code\":\"200\",", 986));

    assertThat(ratio(ERRORS)).isCloseTo(1, CLOSE);
  }

  @Test
  void anUptimeBudgetIsOfScrapes() {
    answer(series("up:count4w", "", 1000), series("up:sum4w", "", 995));

    assertThat(ratio(UPTIME)).isCloseTo(0.5, CLOSE);
  }

  @Test
  void whatIsNotRecordedIsNotKnownAndSaysWhichSeriesIsMissing() {
    answer();

    assertThat(words(LATENCY))
        .isEqualTo(
            "Prometheus has no series ttft_seconds:increase4w{slo=\"mine\"}; Pyrra's rules record"
                + " it, within minutes");
  }

  @Test
  void withoutEventsNothingIsKnown() {
    answer(
        series("ttft_seconds:increase4w", "", 0),
        series("ttft_seconds:increase4w", "\"le\":\"0.5\",", 0));

    assertThat(words(LATENCY)).isEqualTo("nothing was counted over 4w");
  }

  @Test
  void seriesOfAnotherNamespaceAreSomebodyElses() {
    answer(
        series("up:count4w", "", 1000).replace("\"ml\"", "\"other\""),
        series("up:sum4w", "", 1).replace("\"ml\"", "\"other\""));

    assertThat(words(UPTIME)).startsWith("Prometheus has no series up:count4w");
  }

  @Test
  void replicasCountTogetherAndOfOtherGroupsTheOneThatHasLeast() {
    Objective byPod = regrouped(List.of("pod", "model"));
    answer(
        series("http_requests:increase4w", "\"code\":\"200\",\"pod\":\"a\",\"model\":\"x\",", 498),
        series("http_requests:increase4w", "\"code\":\"500\",\"pod\":\"b\",\"model\":\"x\",", 2),
        series("http_requests:increase4w", "\"code\":\"200\",\"pod\":\"a\",\"model\":\"y\",", 100));

    // 2 of the 5 that may fail.
    assertThat(ratio(byPod)).isCloseTo(0.6, CLOSE);
  }

  @Test
  void aRefusalIsQuoted() {
    prometheus.query(503, "{\"error\":\"overloaded\"}");

    assertThat(words(LATENCY)).contains("HTTP 503", "overloaded");
  }

  private void answer(String... series) {
    prometheus.query(
        200,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
            + String.join(",", series)
            + "]}}");
  }

  private static String series(String name, String labels, double value) {
    return "{\"metric\":{\"__name__\":\"%s\",%s\"namespace\":\"ml\",\"service\":\"qwen\",\"slo\":\"mine\"},\"value\":[1767268800,\"%s\"]}"
        .formatted(name, labels, value);
  }

  private BudgetLeft left(Objective objective) {
    return prometheus
        .budgets()
        .read(List.of(objective), NOON)
        .getOrDefault(objective.ref(), new BudgetLeft.NotKnown(NOON, "no answer"));
  }

  private double ratio(Objective objective) {
    return ((BudgetLeft.Known) left(objective)).ratio();
  }

  private String words(Objective objective) {
    return ((BudgetLeft.NotKnown) left(objective)).words();
  }

  private static Objective regrouped(List<String> grouping) {
    return new Objective(
        ERRORS.ref(),
        QWEN,
        Indicator.ERRORS,
        ERRORS.target(),
        ERRORS.window(),
        ERRORS.total(),
        ERRORS.subset(),
        grouping,
        ERRORS.alertName());
  }

  private static Objective budgeted(Indicator indicator, String total, Optional<String> subset) {
    return new Objective(
        new ObjectiveRef("ml", "mine"),
        QWEN,
        indicator,
        0.99,
        Duration.ofDays(28),
        total,
        subset,
        List.of(),
        Objective.DEFAULT_ALERT_NAME);
  }
}
