package dev.sluice.xds.shares;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightsTest {

  @Test
  void undemotedBackendsGetWhatTheyWereDeclared() {
    assertThat(Weights.weighted(declared(70, 20, 10), Map.of()))
        .containsExactly(Map.entry("a", 700), Map.entry("b", 200), Map.entry("c", 100));
    assertThat(Weights.weighted(declared(1, 1, 1), Map.of()))
        .containsExactly(Map.entry("a", 334), Map.entry("b", 333), Map.entry("c", 333));
  }

  @Test
  void whatADemotedBackendFreesIsDividedInProportion() {
    Map<String, Integer> weights =
        Weights.weighted(declared(50, 40, 10), Map.of("a", new Share(0.25)));

    // 375 are freed and divided 4 to 1
    assertThat(weights)
        .containsExactly(Map.entry("a", 125), Map.entry("b", 700), Map.entry("c", 175));
  }

  @Test
  void noWeightIsZeroHoweverSmallItsPart() {
    assertThat(Weights.weighted(declared(1_000_000, 1, 1), Map.of()))
        .containsExactly(Map.entry("a", 998), Map.entry("b", 1), Map.entry("c", 1));
    assertThat(Weights.weighted(declared(1_000_000, 1, 1), Map.of("b", new Share(0.05))))
        .containsEntry("b", 1);
  }

  @Test
  void sumIsExactForAnyWeightsAndShares() {
    Random random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      Map<String, Integer> declared = new LinkedHashMap<>();
      Map<String, Share> shares = new LinkedHashMap<>();
      int backends = 1 + random.nextInt(12);
      for (int i = 0; i < backends; i++) {
        declared.put("b" + i, 1 + (int) Math.pow(10, 5 * random.nextDouble()));
        shares.put("b" + i, random.nextBoolean() ? Share.FULL : new Share(1 - random.nextDouble()));
      }

      Map<String, Integer> weights = Weights.weighted(declared, shares);

      assertThat(weights.keySet()).containsExactlyElementsOf(declared.keySet());
      assertThat(weights.values()).allMatch(weight -> weight >= 1);
      assertThat(weights.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1000);
    }
  }

  @Test
  void healthyPrimaryGetsAllAndTheOthersWait() {
    assertThat(Weights.inOrder(List.of("a", "b", "c"), Map.of("b", new Share(0.05))))
        .containsExactly(Map.entry("a", 1000), Map.entry("b", 0), Map.entry("c", 0));
  }

  @Test
  void whatThePrimaryFreesGoesToTheNextInOrder() {
    assertThat(Weights.inOrder(List.of("a", "b", "c"), Map.of("a", new Share(0.25))))
        .containsExactly(Map.entry("a", 250), Map.entry("b", 750), Map.entry("c", 0));
    assertThat(
            Weights.inOrder(
                List.of("a", "b", "c"), Map.of("a", new Share(0.05), "b", new Share(0.25))))
        .containsExactly(Map.entry("a", 50), Map.entry("b", 238), Map.entry("c", 712));
  }

  private static Map<String, Integer> declared(int... weights) {
    Map<String, Integer> declared = new LinkedHashMap<>();
    for (int weight : weights) {
      declared.put(String.valueOf((char) ('a' + declared.size())), weight);
    }
    return declared;
  }
}
