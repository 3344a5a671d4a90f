package dev.sluice.evaluator.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.declare.SeriesSelector.Matcher;
import dev.sluice.evaluator.declare.SeriesSelector.Operator;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesSelectorTest {

  @Test
  void readsAllFourOperatorsAndToleratesSpacesAndATrailingComma() {
    SeriesSelector selector =
        SeriesSelector.parse(" up { a=\"1\" , b != '2', c=~`\\d+`,d!~\"x|y\", } ");

    assertThat(selector.metric()).contains("up");
    assertThat(selector.matchers())
        .containsExactly(
            new Matcher("a", Operator.EQUAL, "1"),
            new Matcher("b", Operator.NOT_EQUAL, "2"),
            new Matcher("c", Operator.MATCH, "\\d+"),
            new Matcher("d", Operator.NO_MATCH, "x|y"));
    assertThat(selector.pinned()).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void aBareMetricIsASelector() {
    assertThat(SeriesSelector.parse("vllm:requests_total").metric())
        .contains("vllm:requests_total");
    assertThat(SeriesSelector.parse("up{}").matchers()).isEmpty();
  }

  @Test
  void theMetricsNameMayStandWithinTheBraces() {
    assertThat(SeriesSelector.parse("{__name__=\"up\",job=\"x\"}").metric()).contains("up");
    assertThat(SeriesSelector.parse("{\"llm.requests\",\"my.label\"=\"x\"}"))
        .satisfies(
            selector -> {
              assertThat(selector.metric()).contains("llm.requests");
              assertThat(selector.pinned()).isEqualTo(Map.of("my.label", "x"));
            });
    assertThat(SeriesSelector.parse("{__name__=~\"up|down\"}").metric()).isEmpty();
  }

  @Test
  void escapesAreThoseOfGo() {
    assertThat(SeriesSelector.parse("up{a=\"q\\\"\\\\\\n\\x41\\u00e9\\101}>\"}").pinned())
        .isEqualTo(Map.of("a", "q\"\\\nA\u00e9A}>"));
    assertThat(SeriesSelector.parse("up{a='it\\'s'}").pinned()).isEqualTo(Map.of("a", "it's"));
  }

  @Test
  void aWrongSelectorSaysWhereAndWhatWasExpected() {
    assertThatThrownBy(() -> SeriesSelector.parse("up{a=1}"))
        .hasMessage("selector: \"up{a=1}\", at character 6 (expected: a quoted value)");
    assertThatThrownBy(() -> SeriesSelector.parse("up{a==\"1\"}"))
        .hasMessageContaining("at character 6 (expected: a quoted value)");
    assertThatThrownBy(() -> SeriesSelector.parse("up{a<\"1\"}"))
        .hasMessageContaining("(expected: =, !=, =~ or !~)");
    assertThatThrownBy(() -> SeriesSelector.parse("up{a=\"1\""))
        .hasMessageContaining("(expected: ',' or '}')");
    assertThatThrownBy(() -> SeriesSelector.parse("up{a=\"1"))
        .hasMessageContaining("(expected: a closing \")");
    assertThatThrownBy(() -> SeriesSelector.parse("up{a=\"\\q\"}"))
        .hasMessageContaining("at character 8 (expected: an escape");
    assertThatThrownBy(() -> SeriesSelector.parse("up{a=\"\\u00\"}"))
        .hasMessageContaining("4 digits that name a character");
    assertThatThrownBy(() -> SeriesSelector.parse("up > 1"))
        .hasMessageContaining("at character 4 (expected: nothing more)");
    assertThatThrownBy(() -> SeriesSelector.parse(""))
        .hasMessageContaining("(expected: a metric name or '{')");
  }

  @Test
  void theSelectorThatAnExpressionStartsWithIsCutOut() {
    String query = "x:burnrate5m{handler=\"a>b\",slo=\"chat\"} > (14 * (1 - 0.99)) and y > 1";

    assertThat(SeriesSelector.leading(query).text())
        .isEqualTo("x:burnrate5m{handler=\"a>b\",slo=\"chat\"}");
    assertThat(SeriesSelector.leading("((x > 1) and y > 1)").text()).isEqualTo("x");
  }
}
