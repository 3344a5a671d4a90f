package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.StatusWriter.Outcome;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.model.DecisionId;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConditionPublisherTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  private static final ObjectKey SERVICE =
      new ObjectKey(WatchedKind.INFERENCE_SERVICE, "default", "qwen");
  private static final ObjectKey SLO = new ObjectKey(WatchedKind.INFERENCE_SLO, "default", "qwen");

  private static final RouterRef CHAT = new RouterRef("default", "chat");
  private static final String ROUTER =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: chat, annotations: {sluice.dev/listen: "127.0.0.1:10000"}}
      spec:
        backends: [{name: qwen, inferenceServiceRef: {name: qwen}}]
        defaultRoute: qwen
      """;

  private Instant now = NOON;
  private boolean leads = true;
  private final ScriptedFeed feed = new ScriptedFeed();
  private final FakeWriter writer = new FakeWriter();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ServedShares shares = new ServedShares(() -> ServedLoad.NONE);
  private final ConditionPublisher publisher =
      new ConditionPublisher(
          feed, shares, writer, new KubeMetrics(registry), () -> leads, () -> now);

  /** Remembers what was written; the test plays the watch that would bring it back. */
  private static final class FakeWriter implements StatusWriter {
    final List<Map<String, Object>> statuses = new ArrayList<>();
    final List<Note> events = new ArrayList<>();
    Outcome answer = new Outcome.Done();

    @Override
    public Outcome apply(ObjectKey key, Map<String, Object> status) {
      if (answer instanceof Outcome.Done) {
        statuses.add(status);
      }
      return answer;
    }

    @Override
    public Outcome note(KubeObject object, Note note) {
      events.add(note);
      return answer;
    }

    SortedMap<String, String> written(WatchedKind kind) {
      return StatusPlace.of(kind).orElseThrow().read(new Fields(statuses.getLast()));
    }
  }

  private void live(ObjectKey key, SortedMap<String, String> ownStatus) {
    publisher.seen(
        new KubeObject(key, "uid-1", 7, "{}", Optional.of(QWEN), ownStatus, new TreeMap<>()));
  }

  private Optional<Instant> pass(Instant at) {
    now = at;
    return publisher.pass();
  }

  private double writes(String cause) {
    return registry.get("sluice.status.writes").tag("cause", cause).counter().count();
  }

  @Test
  void whoDoesNotLeadWritesNothingAndWhoBeginsToCatchesUp() {
    leads = false;
    publisher.seen(
        new KubeObject(
            SERVICE, "uid-1", 7, "{}", Optional.of(QWEN), new TreeMap<>(), new TreeMap<>()));
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));

    Optional<Instant> idle = publisher.pass();
    int whileFollowing = writer.statuses.size();
    leads = true;
    publisher.pass();

    assertThat(idle).isEmpty();
    assertThat(whileFollowing).isZero();
    assertThat(writer.statuses).hasSize(1);
  }

  @Test
  void aBreachIsACondition() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));

    Optional<Instant> next = pass(NOON);

    assertThat(writer.statuses)
        .containsExactly(
            Map.of(
                "conditions",
                List.of(
                    Map.of(
                        "type", "SLOBreached",
                        "status", "True",
                        "reason", "Breached",
                        "message",
                            "qwen-ttft burns 14.4x its error budget; Breached since"
                                + " 2026-01-01T12:00:00Z, decision d1",
                        "lastTransitionTime", "2026-01-01T12:00:00Z",
                        "observedGeneration", 7L))));
    assertThat(next).contains(NOON.plus(Assertion.REASSERT));
  }

  @Test
  void burnRatesThatMoveWriteNothing() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    pass(NOON);
    live(SERVICE, writer.written(WatchedKind.INFERENCE_SERVICE));

    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 99));
    Optional<Instant> next = pass(NOON.plusSeconds(60));

    assertThat(writer.statuses).hasSize(1);
    assertThat(next).isEmpty();
  }

  @Test
  void lastTransitionTimeStaysWhileTheConditionsStatusDoes() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.withinBudget(NOON, "d1"));
    pass(NOON);
    live(SERVICE, writer.written(WatchedKind.INFERENCE_SERVICE));

    feed.say(QWEN, ScriptedFeed.atRisk(NOON.plusSeconds(60), "d2"));
    pass(NOON.plusSeconds(60));

    assertThat(writer.written(WatchedKind.INFERENCE_SERVICE))
        .containsEntry("status", "False")
        .containsEntry("reason", "AtRisk")
        .containsEntry("lastTransitionTime", "2026-01-01T12:00:00Z");
  }

  @Test
  void whatSomeoneOverwroteIsWrittenAgainButNotInARace() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    pass(NOON);
    live(SERVICE, writer.written(WatchedKind.INFERENCE_SERVICE));

    live(SERVICE, new TreeMap<>());
    Optional<Instant> next = pass(NOON.plus(MOMENT));
    int tooEarly = writer.statuses.size();
    pass(next.orElseThrow());

    assertThat(tooEarly).isEqualTo(1);
    assertThat(writer.statuses).hasSize(2);
    assertThat(writer.statuses.getLast()).isEqualTo(writer.statuses.getFirst());
    assertThat(writes("transition")).isEqualTo(1);
    assertThat(writes("reassert")).isEqualTo(1);
  }

  @Test
  void aNewVerdictDoesNotWaitForThePauseBetweenReassertions() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    pass(NOON);

    feed.say(QWEN, ScriptedFeed.withinBudget(NOON.plus(MOMENT), "d2"));
    pass(NOON.plus(MOMENT));

    assertThat(writer.written(WatchedKind.INFERENCE_SERVICE)).containsEntry("status", "False");
  }

  @Test
  void aRestartWritesNothingIfTheConditionSaysTheDecisionAlready() {
    SortedMap<String, String> ofTheRunBefore =
        new TreeMap<>(
            Map.of(
                "status", "True",
                "reason", "Breached",
                "message", "qwen-ttft burns 20x; Breached since then, decision d1",
                "lastTransitionTime", "2026-01-01T11:00:00Z"));
    live(SERVICE, ofTheRunBefore);

    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    pass(NOON);

    assertThat(writer.statuses).isEmpty();
    assertThat(writer.events).isEmpty();
  }

  @Test
  void aTransitionIsAnEventAndAReassertionIsNone() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.withinBudget(NOON, "d1"));
    pass(NOON);
    live(SERVICE, writer.written(WatchedKind.INFERENCE_SERVICE));
    Verdict breach = ScriptedFeed.breached(NOON.plusSeconds(60), "d2", 14.4);

    feed.say(QWEN, breach);
    pass(NOON.plusSeconds(60));
    pass(NOON.plusSeconds(120));

    assertThat(writer.statuses).hasSize(3);
    assertThat(writer.events).containsExactly(StatusWriter.Note.of(breach));
  }

  @Test
  void aBreachThatCannotBeSeenAnyMoreSaysHowLongItIsHeld() {
    live(SERVICE, new TreeMap<>());

    feed.say(
        QWEN,
        new Verdict.Unknown(
            NOON,
            new DecisionId("d1"),
            List.of(),
            UnknownCause.SOURCE_UNREACHABLE,
            VerdictState.BREACHED,
            NOON.plusSeconds(300)));
    pass(NOON);

    assertThat(writer.written(WatchedKind.INFERENCE_SERVICE))
        .containsEntry("status", "Unknown")
        .containsEntry(
            "message",
            "Prometheus could not be asked; Unknown since "
                + NOON
                + "; what Breached led to is held until "
                + NOON.plusSeconds(300)
                + ", decision d1");
  }

  @Test
  void aServiceWithoutAnObjectiveGetsNoCondition() {
    live(SERVICE, new TreeMap<>());

    feed.say(QWEN, nobodyAsked());
    Optional<Instant> next = pass(NOON);

    assertThat(writer.statuses).isEmpty();
    assertThat(next).isEmpty();
  }

  @Test
  void theConditionGoesWhenItsLastObjectiveDoes() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.withinBudget(NOON, "d1"));
    pass(NOON);
    live(SERVICE, writer.written(WatchedKind.INFERENCE_SERVICE));

    feed.say(QWEN, nobodyAsked());
    pass(NOON.plusSeconds(60));

    assertThat(writer.statuses.getLast()).isEqualTo(Map.of("conditions", List.of()));
  }

  private static Verdict nobodyAsked() {
    return new Verdict.Unknown(
        NOON,
        new DecisionId("d0"),
        List.of(),
        UnknownCause.NO_OBJECTIVE,
        VerdictState.WITHIN_BUDGET,
        NOON);
  }

  @Test
  void anApiServerThatIsAwayIsAskedLessOftenAndThenGetsTheNewestVerdict() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    writer.answer = new Outcome.Away("connection refused");

    Instant second = pass(NOON).orElseThrow();
    Instant third = pass(second).orElseThrow();
    feed.say(QWEN, ScriptedFeed.withinBudget(second, "d2"));
    writer.answer = new Outcome.Done();
    pass(second.plus(MOMENT));
    int whileBackingOff = writer.statuses.size();
    pass(third);

    assertThat(Duration.between(NOON, second)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Duration.between(second, third)).isEqualTo(Duration.ofSeconds(2));
    assertThat(whileBackingOff).isZero();
    assertThat(writer.statuses).hasSize(1);
    assertThat(writer.written(WatchedKind.INFERENCE_SERVICE)).containsEntry("status", "False");
  }

  @Test
  void aRefusedObjectHoldsUpNoOther() {
    live(SERVICE, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    writer.answer = new Outcome.Refused("403 forbidden");

    Optional<Instant> next = pass(NOON);
    writer.answer = new Outcome.Done();
    live(SLO, new TreeMap<>());
    pass(NOON.plus(MOMENT));

    assertThat(next).contains(NOON.plus(Assertion.REFUSED));
    assertThat(writer.statuses).hasSize(1);
    assertThat(writer.written(WatchedKind.INFERENCE_SLO))
        .containsEntry("state", "Breached")
        .containsEntry("objective", "qwen-ttft")
        .containsEntry("tier", "fast")
        .containsEntry("burnRate", "14.4")
        .containsEntry("decision", "d1");
  }

  @Test
  void aStepOfAClimbIsWrittenToTheSloAndNotToTheCondition() {
    shares.declared(Manifests.NONE.read("chat.yaml", ROUTER).world().routers());
    shares.served(served(0.25));
    live(SERVICE, new TreeMap<>());
    live(SLO, new TreeMap<>());
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));
    pass(NOON);
    live(SERVICE, conditionOf(writer.statuses));
    live(SLO, writtenToTheSlo());
    assertThat(writtenToTheSlo()).containsEntry("share", "25%");

    shares.served(served(0.05));
    pass(NOON.plusSeconds(30));
    live(SLO, writtenToTheSlo());
    Optional<Instant> next = pass(NOON.plusSeconds(60));

    assertThat(writtenToTheSlo()).containsEntry("share", "5%").containsEntry("decision", "d1");
    // What Envoys report is looked at again, and alone is no reason to write.
    assertThat(next).contains(NOON.plusSeconds(90));
    assertThat(writer.statuses).hasSize(3);
    assertThat(writes("shares")).isEqualTo(1);
    assertThat(writes("reassert")).isZero();
  }

  @Test
  void whoHasNotHeardWhatIsServedLeavesTheSharesAsTheyAre() {
    SortedMap<String, String> said = new TreeMap<>(Map.of("share", "25%"));
    live(SLO, said);
    feed.say(QWEN, ScriptedFeed.breached(NOON, "d1", 14.4));

    pass(NOON);

    assertThat(writtenToTheSlo()).containsEntry("share", "25%");
  }

  private SortedMap<String, String> writtenToTheSlo() {
    return writer.statuses.reversed().stream()
        .filter(status -> status.containsKey("state"))
        .findFirst()
        .map(status -> new StatusPlace.SloStatus().read(new Fields(status)))
        .orElseThrow();
  }

  private static SortedMap<String, String> conditionOf(List<Map<String, Object>> statuses) {
    return statuses.reversed().stream()
        .filter(status -> status.containsKey("conditions"))
        .findFirst()
        .map(status -> new StatusPlace.BreachedCondition().read(new Fields(status)))
        .orElseThrow();
  }

  private static SortedMap<RouterRef, RouterShares> served(double share) {
    BackendShare qwen = new BackendShare(new Share(share), new Share(share), 250, new TreeMap<>());
    RuleShares all =
        new RuleShares(
            new TreeMap<>(Map.of("all", qwen, "other", qwen)), Optional.empty(), List.of());
    RuleShares ofQwen =
        new RuleShares(new TreeMap<>(Map.of("qwen", qwen)), Optional.empty(), List.of());
    return new TreeMap<>(
        Map.of(CHAT, RouterShares.of(Map.of("all", ofQwen, "no-backend-of-it", all))));
  }
}
