package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HoldKeeperTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant END = NOON.plus(HoldPlan.LASTS);
  private static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  private static final ServiceRef LLAMA = new ServiceRef("default", "llama");
  private static final String SERVICES =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen, namespace: default}
      spec: {modelRef: qwen}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: llama, namespace: default}
      spec: {modelRef: llama}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: both, namespace: default}
      spec:
        backends:
        - {name: qwen, inferenceServiceRef: {name: qwen}}
        - {name: llama, inferenceServiceRef: {name: llama}}
        defaultRoute: qwen
      """;

  private Instant now = NOON;
  private boolean leads = true;
  private final ForemanObjects foreman = new ForemanObjects();
  private final ScriptedFeed feed = new ScriptedFeed();
  private final FakeHolds holds = new FakeHolds();
  private final FakeEvents events = new FakeEvents();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HoldKeeper keeper = keeper(true);

  private HoldKeeper keeper(boolean isWanted) {
    return new HoldKeeper(
        foreman, feed, isWanted, holds, events, new KubeMetrics(registry), () -> leads, () -> now);
  }

  /** An API server for one Agent, whose watch is at once. */
  private final class FakeHolds implements HoldWriter {
    private final List<String> calls = new ArrayList<>();
    private StatusWriter.Outcome answer = new StatusWriter.Outcome.Done();

    @Override
    public StatusWriter.Outcome hold(KubeObject agent, String by, Instant until) {
      calls.add("hold " + by + " " + until);
      return answered(AgentScene.coder().heldBy(by, until));
    }

    @Override
    public StatusWriter.Outcome release(KubeObject agent) {
      calls.add("release");
      return answered(AgentScene.coder());
    }

    private StatusWriter.Outcome answered(AgentScene next) {
      if (answer instanceof StatusWriter.Outcome.Done) {
        show(next);
      }
      return answer;
    }
  }

  private static final class FakeEvents implements StatusWriter {
    private final List<Note> notes = new ArrayList<>();

    @Override
    public Outcome apply(ObjectKey key, Map<String, Object> status) {
      throw new AssertionError("an Agent's status is Foreman's");
    }

    @Override
    public Outcome note(KubeObject object, Note note) {
      notes.add(note);
      return new Outcome.Done();
    }
  }

  @BeforeEach
  void anAgentOfAServiceIsThere() {
    show(AgentScene.coder());
    foreman.read(Manifests.NONE.read("all.yaml", SERVICES).world());
  }

  private void show(AgentScene agent) {
    foreman.seen(agent.object());
  }

  private void breach(ServiceRef service) {
    feed.say(service, ScriptedFeed.breached(now, "m5x-" + service.name(), 20));
  }

  private void recover(ServiceRef service) {
    feed.say(service, ScriptedFeed.withinBudget(now, "m6x-" + service.name()));
  }

  private void unknown(UnknownCause cause, Instant holdUntil) {
    feed.say(
        QWEN,
        new Verdict.Unknown(
            now, new DecisionId("m7x"), List.of(), cause, VerdictState.BREACHED, holdUntil));
  }

  private List<String> pass(Duration after) {
    now = NOON.plus(after);
    holds.calls.clear();
    keeper.pass();
    return List.copyOf(holds.calls);
  }

  private List<String> pass() {
    return pass(Duration.ZERO);
  }

  private double writes(String action) {
    return registry.get("sluice.hold.writes").tag("action", action).counter().count();
  }

  @Test
  void aBreachHoldsTheAgentOnceAndItsEndReleasesIt() {
    breach(QWEN);
    List<String> first = pass();
    List<String> second = pass(Duration.ofSeconds(2));
    double held = registry.get("sluice.agent.held").tag("agent", "coder").gauge().value();
    recover(QWEN);
    List<String> last = pass(Duration.ofSeconds(4));
    pass(Duration.ofSeconds(6));

    assertThat(first).containsExactly("hold m5x-qwen " + END);
    assertThat(second).isEmpty();
    assertThat(last).containsExactly("release");
    assertThat(held).isEqualTo(1);
    assertThat(registry.find("sluice.agent.held").gauge()).isNull();
    assertThat(writes("hold")).isEqualTo(1);
    assertThat(writes("release")).isEqualTo(1);
  }

  @Test
  void holdAndReleaseAreNotedOnTheAgentWithTheDecisionsWords() {
    breach(QWEN);
    pass();
    recover(QWEN);
    pass(Duration.ofSeconds(2));

    assertThat(events.notes)
        .extracting(StatusWriter.Note::reason)
        .containsExactly("SLOHeld", "SLOReleased");
    assertThat(events.notes.getFirst().isNormal()).isFalse();
    assertThat(events.notes.getFirst().message()).contains("default/qwen", "m5x-qwen");
  }

  @Test
  void aBreachThatLastsRenewsTheHoldWithoutAnotherEvent() {
    breach(QWEN);
    pass();
    List<String> before = pass(Duration.ofMinutes(4));
    List<String> after = pass(Duration.ofMinutes(5));

    assertThat(before).isEmpty();
    assertThat(after).containsExactly("hold m5x-qwen " + END.plus(Duration.ofMinutes(5)));
    assertThat(events.notes).hasSize(1);
    assertThat(writes("renew")).isEqualTo(1);
  }

  @Test
  void aLabelThatIsTakenAwayAgainAndAgainIsOneEvent() {
    breach(QWEN);
    pass();
    show(AgentScene.coder());
    List<String> soon = pass(Duration.ofSeconds(1));
    List<String> later = pass(Duration.ofSeconds(2));

    assertThat(soon).isEmpty();
    assertThat(later).hasSize(1);
    assertThat(events.notes).extracting(StatusWriter.Note::id).containsOnly("held-m5x-qwen-uid-1");
  }

  @Test
  void whatIsOnlyAtRiskHoldsNothing() {
    feed.say(QWEN, ScriptedFeed.atRisk(now, "m5x"));

    assertThat(pass()).isEmpty();
  }

  @Test
  void aBreachThatIsHeldOverKeepsTheAgentUntilItsEnd() {
    breach(QWEN);
    pass();
    unknown(UnknownCause.SOURCE_UNREACHABLE, NOON.plusSeconds(60));
    List<String> during = pass(Duration.ofSeconds(59));
    List<String> after = pass(Duration.ofSeconds(60));

    assertThat(during).isEmpty();
    assertThat(after).containsExactly("release");
  }

  @Test
  void aServiceWithoutAnyObjectiveLeftHoldsNobody() {
    breach(QWEN);
    pass();
    unknown(UnknownCause.NO_OBJECTIVE, NOON.plusSeconds(300));

    assertThat(pass(Duration.ofSeconds(2))).containsExactly("release");
  }

  @Test
  void aNewLeaderLeavesAHoldUntilItKnowsSomethingOfTheService() {
    show(AgentScene.coder().heldBy("dead", END));
    List<String> unpublished = pass();
    recover(LLAMA);
    List<String> unjudged = pass(Duration.ofSeconds(2));
    unknown(UnknownCause.NO_EVIDENCE_YET, NOON);
    List<String> unseen = pass(Duration.ofSeconds(4));
    recover(QWEN);
    List<String> known = pass(Duration.ofSeconds(6));

    assertThat(List.of(unpublished, unjudged, unseen)).allSatisfy(it -> assertThat(it).isEmpty());
    assertThat(known).containsExactly("release");
  }

  @Test
  void aDeadLeadersHoldThatNobodyRenewedEnds() {
    show(AgentScene.coder().heldBy("dead", NOON.minusSeconds(1)));
    unknown(UnknownCause.NO_EVIDENCE_YET, NOON);

    assertThat(pass()).containsExactly("release");
  }

  @Test
  void nothingIsWrittenBeforeTheClusterWasRead() {
    ForemanObjects unread = new ForemanObjects();
    unread.seen(AgentScene.coder().heldBy("dead", END).object());
    recover(QWEN);

    new HoldKeeper(
            unread, feed, true, holds, events, new KubeMetrics(registry), () -> true, () -> now)
        .pass();

    assertThat(holds.calls).isEmpty();
  }

  @Test
  void whoDoesNotLeadWritesNothing() {
    leads = false;
    breach(QWEN);

    assertThat(keeper.pass()).isEmpty();
    assertThat(holds.calls).isEmpty();
  }

  @Test
  void holdsThatAreSwitchedOffAreTakenOff() {
    breach(QWEN);
    pass();
    now = NOON.plusSeconds(2);
    holds.calls.clear();

    keeper(false).pass();

    assertThat(holds.calls).containsExactly("release");
  }

  @Test
  void anAgentBehindARouterIsHeldWhileEveryBackendIsBreached() {
    foreman.seen(
        KubeObjectReader.read(
            WatchedKind.SERVICE,
            KubeLab.object(
                """
                apiVersion: v1
                kind: Service
                metadata:
                  {name: both, namespace: default, labels: {inference.llmkube.dev/model-router: both}}
                """)));
    AgentScene agent =
        AgentScene.coder()
            .withSpec(
                "provider: cloud-proxy, providerConfig: {baseURL: \"http://both.default.svc/v1\"}");
    show(agent);
    breach(QWEN);
    recover(LLAMA);
    List<String> one = pass();
    breach(LLAMA);
    List<String> both = pass(Duration.ofSeconds(2));

    assertThat(one).isEmpty();
    assertThat(both).hasSize(1);
  }

  @Test
  void anAgentWithoutAModelIsNeverHeld() {
    show(AgentScene.coder().withSpec("role: gate"));
    breach(QWEN);

    assertThat(pass()).isEmpty();
  }

  @Test
  void anAgentThatIsPointedElsewhereIsReleased() {
    breach(QWEN);
    recover(LLAMA);
    pass();
    show(AgentScene.coder().withSpec("inferenceServiceRef: {name: llama}").heldBy("m5x-qwen", END));

    assertThat(pass(Duration.ofSeconds(2))).containsExactly("release");
  }

  @Test
  void aRefusalIsCountedAndTriedAgainLater() {
    breach(QWEN);
    holds.answer = new StatusWriter.Outcome.Refused("409 another manager has it");
    List<String> first = pass();
    List<String> soon = pass(Duration.ofSeconds(29));
    List<String> later = pass(Duration.ofSeconds(30));

    assertThat(first).hasSize(1);
    assertThat(soon).isEmpty();
    assertThat(later).hasSize(1);
    assertThat(events.notes).isEmpty();
    assertThat(
            registry.get("sluice.status.write.failures").tag("cause", "refused").counter().count())
        .isEqualTo(2);
  }

  @Test
  void anApiServerThatIsAwayIsAskedAgainAfterASecond() {
    breach(QWEN);
    holds.answer = new StatusWriter.Outcome.Away("nobody answers");
    now = NOON;

    Optional<Instant> next = keeper.pass();

    assertThat(next).contains(NOON.plusSeconds(1));
  }
}
