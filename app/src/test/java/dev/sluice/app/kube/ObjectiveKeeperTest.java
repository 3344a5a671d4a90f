package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.StatusWriter.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectiveKeeperTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final TargetsScene cluster = new TargetsScene();
  private final List<ObjectiveWrite> writes = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Function<ObjectiveWrite, Outcome> answer = _ -> new Outcome.Done();
  private boolean mayWrite = true;
  private Instant now = NOON;
  private final ObjectiveKeeper keeper =
      new ObjectiveKeeper(this::write, new KubeMetrics(registry), () -> mayWrite, () -> now);

  @BeforeEach
  void setUp() {
    cluster.put(KubeLab.service("qwen", "vllm"));
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%"));
  }

  private Outcome write(ObjectiveWrite write) {
    writes.add(write);
    return answer.apply(write);
  }

  private Optional<Instant> pass(Instant at) {
    now = at;
    keeper.declared(cluster.targets());
    return keeper.pass();
  }

  /** The watch brings back what was written. */
  private void echo() {
    writes.forEach(cluster::perform);
    writes.clear();
  }

  private List<String> written() {
    return writes.stream().map(write -> write.action().label() + " " + write.key().name()).toList();
  }

  private ObjectiveWrite.Say lastSaid() {
    return (ObjectiveWrite.Say) writes.getLast();
  }

  @Test
  void theObjectivesAreWrittenBeforeTheConditionThatSaysSo() {
    pass(NOON);

    assertThat(written()).containsExactly("apply qwen-errors", "condition qwen");
    assertThat(lastSaid().texts())
        .containsEntry("status", "True")
        .containsEntry("lastTransitionTime", "2026-01-01T12:00:00Z")
        .containsEntry("observedGeneration", "1");
  }

  @Test
  void nothingIsWrittenWhileNothingDiffers() {
    pass(NOON);
    echo();

    Optional<Instant> next = pass(NOON.plusSeconds(60));

    assertThat(written()).isEmpty();
    assertThat(next).isEmpty();
    assertThat(counted("apply")).isEqualTo(1);
    assertThat(counted("condition")).isEqualTo(1);
  }

  private double counted(String action) {
    return registry.get("sluice.objective.writes").tag("action", action).counter().count();
  }

  @Test
  void anEchoThatIsLateIsWaitedForLongerEachTime() {
    Instant second = pass(NOON).orElseThrow();
    Instant third = pass(second).orElseThrow();
    pass(third.minusMillis(1));

    assertThat(Duration.between(NOON, second)).isEqualTo(ObjectiveAttempt.FIRST_PAUSE);
    assertThat(Duration.between(second, third)).isEqualTo(Duration.ofSeconds(2));
    assertThat(written())
        .containsExactly(
            "apply qwen-errors", "condition qwen", "apply qwen-errors", "condition qwen");
  }

  @Test
  void aConditionThatWasWipedIsSaidAgainAsItWas() {
    pass(NOON);
    ObjectiveWrite.Say said = lastSaid();
    echo();
    pass(NOON.plusSeconds(1));
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%"));

    pass(NOON.plusSeconds(60));

    assertThat(written()).containsExactly("condition qwen");
    assertThat(lastSaid().texts())
        .containsEntry("lastTransitionTime", said.texts().get("lastTransitionTime"));
  }

  @Test
  void lastTransitionTimeMovesWithTheStatusAlone() {
    pass(NOON);
    echo();
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%, ttftP99Ms: 300"));
    pass(NOON.plusSeconds(60));
    String stillTrue = lastSaid().texts().get("lastTransitionTime");
    echo();

    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 20%"));
    pass(NOON.plusSeconds(120));

    assertThat(stillTrue).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(lastSaid().texts())
        .containsEntry("status", "False")
        .containsEntry("lastTransitionTime", "2026-01-01T12:02:00Z");
  }

  @Test
  void aRefusedObjectiveIsSaidAndHoldsUpNoOther() {
    cluster.put(KubeLab.slo("qwen", "qwen", "errorBudget: 1%, ttftP99Ms: 500"));
    answer =
        write ->
            write.key().name().equals("qwen-ttft")
                ? new Outcome.Refused("403 forbidden")
                : new Outcome.Done();

    pass(NOON);
    ObjectiveWrite.Say said = lastSaid();
    answer = _ -> new Outcome.Done();
    pass(NOON.plusSeconds(30));

    assertThat(said.texts())
        .containsEntry("reason", "NotApplied")
        .containsEntry(
            "message",
            "spec.ttftP99Ms: ServiceLevelObjective default/qwen-ttft was refused: 403 forbidden"
                + " (expected: accepted; tried every 30s)");
    assertThat(lastSaid().texts()).containsEntry("reason", "AllMeasured");
  }

  @Test
  void anApiServerThatIsAwayIsAskedLessOften() {
    answer = _ -> new Outcome.Away("connection refused");

    Instant second = pass(NOON).orElseThrow();
    Instant third = pass(second).orElseThrow();
    answer = _ -> new Outcome.Done();
    pass(third.minusMillis(1));
    int whileBackingOff = writes.size();
    pass(third);

    assertThat(Duration.between(NOON, second)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Duration.between(second, third)).isEqualTo(Duration.ofSeconds(2));
    assertThat(whileBackingOff).isEqualTo(2);
    assertThat(written()).hasSize(4).endsWith("apply qwen-errors", "condition qwen");
  }

  @Test
  void whoTakesOverSaysWhatTheLastOneSaid() {
    pass(NOON);
    echo();
    ObjectiveKeeper next =
        new ObjectiveKeeper(this::write, new KubeMetrics(registry), () -> mayWrite, () -> now);
    mayWrite = false;
    now = NOON.plusSeconds(60);
    next.declared(cluster.targets());
    next.pass();

    mayWrite = true;
    next.pass();

    assertThat(written()).isEmpty();
  }

  @Test
  void whoWritesAgainGoesByWhatAnotherOneSaidMeanwhile() {
    pass(NOON);
    echo();
    mayWrite = false;
    SortedMap<String, String> texts = new TreeMap<>(cluster.condition("qwen"));
    texts.put("lastTransitionTime", "2026-01-01T12:00:30Z");
    cluster.perform(new ObjectiveWrite.Say(TargetsScene.slo("qwen"), texts));
    pass(NOON.plusSeconds(60));

    mayWrite = true;
    keeper.pass();

    assertThat(written()).isEmpty();
  }

  @Test
  void whoMayNotWriteWritesOnceItMay() {
    mayWrite = false;
    Optional<Instant> next = pass(NOON);
    int before = writes.size();

    mayWrite = true;
    keeper.pass();

    assertThat(next).isEmpty();
    assertThat(before).isZero();
    assertThat(written()).containsExactly("apply qwen-errors", "condition qwen");
  }
}
