package dev.sluice.xds.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestsTest {

  private static Requests qwen(long a, long b) {
    return new Requests(Map.of("qwen", Map.of("a", a, "b", b)));
  }

  @Test
  void fractionIsOfTheRuleAlone() {
    Requests requests = qwen(30, 10).plus(new Requests(Map.of("rest", Map.of("a", 960L))));

    assertThat(requests.fraction("qwen", "a")).hasValue(0.75);
    assertThat(requests.fraction("qwen", "b")).hasValue(0.25);
    assertThat(requests.fraction("rest", "a")).hasValue(1);
  }

  @Test
  void backendWithoutRequestsHasNoneOfThem() {
    assertThat(qwen(30, 0).fraction("qwen", "b")).hasValue(0);
    assertThat(qwen(30, 0).fraction("qwen", "c")).hasValue(0);
  }

  @Test
  void ruleWithoutRequestsHasNoFractions() {
    assertThat(qwen(0, 0).fraction("qwen", "a")).isEmpty();
    assertThat(Requests.NONE.fraction("qwen", "a")).isEmpty();
  }

  @Test
  void partsAddUp() {
    assertThat(Requests.sum(List.of(qwen(1, 2), qwen(10, 20), Requests.NONE)))
        .isEqualTo(qwen(11, 22));
  }

  @Test
  void sumBeyondAllNumbersStaysPositive() {
    Requests most = qwen(Long.MAX_VALUE, 1).plus(qwen(Long.MAX_VALUE, 1));

    assertThat(most.fraction("qwen", "a").orElseThrow()).isBetween(0.99, 1.0);
  }
}
