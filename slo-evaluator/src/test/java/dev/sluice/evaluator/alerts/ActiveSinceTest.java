package dev.sluice.evaluator.alerts;

import static dev.sluice.model.BurnRateTier.FAST;
import static dev.sluice.model.BurnRateTier.MEDIUM;
import static dev.sluice.model.BurnRateTier.SLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Evidence;
import dev.sluice.model.Subject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActiveSinceTest extends ReaderFixture {

  private static final String EARLIER = "2026-01-01T11:40:02.25Z";
  private static final String LATER = "2026-01-01T11:50:00Z";

  @Test
  void eachTierSaysSinceWhenItsAlertIsActive() {
    rules
        .add(TTFT)
        .alert(MEDIUM, "pending", Map.of())
        .since(MEDIUM, LATER)
        .alert(SLOW, "firing", Map.of())
        .since(SLOW, EARLIER);

    assertThat(onlyMeasured(TTFT).activeSince())
        .isEqualTo(Map.of(MEDIUM, Instant.parse(LATER), SLOW, Instant.parse(EARLIER)));
  }

  @Test
  void ofSeveralGroupsTheFirstThatFiresCountsAndNotOneThatIsPendingForLonger() {
    rules
        .add(TTFT)
        .alert(FAST, "pending", Map.of("model", "c"))
        .since(FAST, "2026-01-01T11:00:00Z")
        .alert(FAST, "firing", Map.of("model", "a"))
        .since(FAST, LATER)
        .alert(FAST, "firing", Map.of("model", "b"))
        .since(FAST, EARLIER);

    assertThat(onlyMeasured(TTFT).activeSince(FAST)).contains(Instant.parse(EARLIER));
  }

  @Test
  void eachReplicaHasItsOwnTime() {
    rules
        .add(BY_POD)
        .alert(FAST, "firing", Map.of("pod", "qwen-0"))
        .since(FAST, EARLIER)
        .alert(FAST, "firing", Map.of("pod", "qwen-1"))
        .since(FAST, LATER);

    assertThat(evidence(BY_POD))
        .filteredOn(one -> one.subject().equals(new Subject.Replica(QWEN, "qwen-1")))
        .singleElement()
        .satisfies(
            one ->
                assertThat(((Evidence.Measured) one).activeSince(FAST))
                    .contains(Instant.parse(LATER)));
  }

  @Test
  void anAlertThatSaysNoTimeIsActiveAllTheSame() {
    rules.add(TTFT).alert(FAST, "firing", Map.of()).since(FAST, "0001-01-01T00:00:00Z");

    assertThat(onlyMeasured(TTFT).activeSince(FAST)).isEmpty();
  }
}
