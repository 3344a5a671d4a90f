package dev.sluice.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.foreman.admission.Target;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reviews as an API server sends them, and the answers it gets. */
class ReviewerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ServiceRef CHAT = new ServiceRef("fm", "chat");
  private static final Verdict BREACHED =
      new Verdict.Breached(NOON, new DecisionId("k3f9-1"), List.of(), BurnRateTier.FAST, List.of());
  private static final Verdict WITHIN_BUDGET =
      new Verdict.WithinBudget(NOON, new DecisionId("k3f9-2"), List.of());
  private static final Verdict RECOVERING =
      new Verdict.Recovering(NOON, new DecisionId("k3f9-3"), List.of());
  private static final SloPolicy PRIORITY_PASSES = policy(100, OptionalInt.empty());

  /** Tasks whose names say their Agents; the priority of "urgent" is 100. */
  private static final TargetResolver TASKS =
      new TargetResolver() {
        @Override
        public Target agent(String namespace, String name) {
          return Target.service(new ServiceRef(namespace, "chat"));
        }

        @Override
        public Work agenticTask(String namespace, String name) {
          return name.equals("stranger")
              ? TargetResolver.none().agenticTask(namespace, name)
              : new Work(
                  agent(namespace, name),
                  name.equals("urgent") ? 100 : 0,
                  Optional.of(namespace + "/" + name));
        }

        @Override
        public boolean runsAsJob(String namespace, String task) {
          return task.equals("job");
        }
      };

  @Test
  void aNodeIsNotReservedForATaskWhoseServiceIsBreached() throws JsonProcessingException {
    JsonNode answer = reviewed(BREACHED, node("null", "'fm/t1'"));

    assertThat(answer)
        .isEqualTo(
            json(
                """
                {'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'response': {
                  'uid': 'u-1', 'allowed': false, 'status': {'code': 409, 'reason': 'Conflict',
                  'message': 'InferenceService fm/chat is Breached since 2026-01-01T12:00:00Z;\
                 decision k3f9-1'}}}
                """));
  }

  @Test
  void aNodeIsReservedForATaskWhoseServiceIsWithinBudget() throws JsonProcessingException {
    JsonNode answer = reviewed(WITHIN_BUDGET, node("null", "'fm/t1'"));

    assertThat(answer.path("response")).isEqualTo(json("{'uid': 'u-1', 'allowed': true}"));
  }

  @Test
  void aHeartbeatOfABusyNodeAndTheEndOfItsTaskPass() throws JsonProcessingException {
    assertThat(isAllowed(reviewed(BREACHED, node("'fm/t1'", "'fm/t1'")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node("'fm/t1'", "null")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node("'fm/t1'", "''")))).isTrue();
  }

  @Test
  void aTaskOfHighPriorityPassesWhereThePolicySaysSo() throws JsonProcessingException {
    Reviewer reviewer = reviewer(BREACHED, PRIORITY_PASSES, () -> NOON);

    assertThat(isAllowed(answer(reviewer, node("null", "'fm/t1'")))).isFalse();
    assertThat(isAllowed(answer(reviewer, node("null", "'fm/urgent'")))).isTrue();
  }

  @Test
  void anInProcessTaskIsScheduledWhateverTheVerdictSinceItsNodeIsReserved()
      throws JsonProcessingException {
    assertThat(isAllowed(reviewed(BREACHED, task("t1", "'Pending'", "'Scheduled'")))).isTrue();
  }

  @Test
  void aJobsTaskIsNotScheduledWhenItsServiceIsBreached() throws JsonProcessingException {
    JsonNode refused = reviewed(BREACHED, task("job", "'Pending'", "'Scheduled'"));

    assertThat(isAllowed(refused)).isFalse();
    assertThat(refused.at("/response/status/code").asInt()).isEqualTo(409);
    assertThat(isAllowed(reviewed(WITHIN_BUDGET, task("job", "'Pending'", "'Scheduled'"))))
        .isTrue();
  }

  @Test
  void aJobsTaskThatRunsIsLeftAlone() throws JsonProcessingException {
    assertThat(isAllowed(reviewed(BREACHED, task("job", "'Scheduled'", "'Running'")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, task("job", "'Scheduled'", "'Scheduled'")))).isTrue();
  }

  @Test
  void whatIsNotKnownPasses() throws JsonProcessingException {
    assertThat(isAllowed(reviewed(BREACHED, node("null", "'fm/stranger'")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node("null", "'no-namespace'")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node("null", "'other/t1'")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node("null", "17")))).isTrue();
  }

  @Test
  void writesOfOtherObjectsAndCreationsPass() throws JsonProcessingException {
    String node = node("null", "'fm/t1'");

    assertThat(isAllowed(reviewed(BREACHED, node.replace("foreman.llmkube.dev", "apps")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node.replace("UPDATE", "CREATE")))).isTrue();
    assertThat(isAllowed(reviewed(BREACHED, node.replace("'status',", "'',")))).isTrue();
  }

  @Test
  void everythingPassesBeforeThereAreVerdicts() throws JsonProcessingException {
    Reviewer reviewer = new Reviewer(feed(List.of()), TASKS, () -> NOON, new Meter());

    assertThat(isAllowed(answer(reviewer, node("null", "'fm/t1'")))).isTrue();
  }

  @Test
  void allNodesAndReplicasGiveATaskOneAnswerWhileAPartIsAdmitted() {
    Instant half = NOON.plusSeconds(150); // of the climb's five minutes
    List<String> reviews =
        IntStream.range(0, 400).mapToObj(task -> node("null", "'fm/task-" + task + "'")).toList();

    List<Boolean> one = allowed(reviewer(RECOVERING, SloPolicy.DEFAULT, () -> half), reviews);
    List<Boolean> other = allowed(reviewer(RECOVERING, SloPolicy.DEFAULT, () -> half), reviews);

    assertThat(other).isEqualTo(one);
    assertThat(one.stream().filter(allowed -> allowed).count()).isBetween(150L, 250L);
  }

  @Test
  void aRecoveringServiceTakesNoMoreTasksInAStepThanItsPolicySaysAndEachOnAnyNode() {
    SloPolicy three = policy(Integer.MAX_VALUE, OptionalInt.of(3));
    List<String> reviews =
        IntStream.range(0, 400).mapToObj(task -> node("null", "'fm/task-" + task + "'")).toList();
    Reviewer reviewer = reviewer(RECOVERING, three, () -> NOON.plusSeconds(150));

    List<Boolean> first = allowed(reviewer, reviews);
    List<Boolean> again = allowed(reviewer, reviews);

    assertThat(first.stream().filter(allowed -> allowed).count()).isEqualTo(3);
    assertThat(again).isEqualTo(first);
  }

  private static List<Boolean> allowed(Reviewer reviewer, List<String> reviews) {
    return reviews.stream().map(review -> isAllowed(answer(reviewer, review))).toList();
  }

  @Test
  void aTaskThatWasDeferredByChanceHasANewOneTenSecondsLater() {
    String review = node("null", "'fm/t1'");

    assertThat(
            IntStream.range(0, 15)
                .mapToObj(step -> NOON.plusSeconds(150 + 10L * step))
                .map(now -> reviewer(RECOVERING, SloPolicy.DEFAULT, () -> now))
                .map(reviewer -> isAllowed(answer(reviewer, review))))
        .contains(true, false);
  }

  @Test
  void whatIsNoReviewIsNotRead() throws JsonProcessingException {
    assertThat(Review.of(json("{}"))).isEmpty();
    assertThat(Review.of(json("[]"))).isEmpty();
    assertThat(Review.of(json("{'kind': 'AdmissionReview', 'request': {}}"))).isEmpty();
    assertThat(Review.of(json("{'kind': 'Status', 'request': {'uid': 'u-1'}}"))).isEmpty();
  }

  private static JsonNode reviewed(Verdict verdict, String review) {
    return answer(reviewer(verdict, SloPolicy.DEFAULT, () -> NOON), review);
  }

  private static JsonNode answer(Reviewer reviewer, String review) {
    try {
      Review read = Review.of(json(review)).orElseThrow();
      return reviewer.answer(read).json(read.uid());
    } catch (JsonProcessingException wrong) {
      throw new AssertionError(wrong);
    }
  }

  private static boolean isAllowed(JsonNode answer) {
    assertThat(answer.at("/response/uid").asText()).isEqualTo("u-1");
    return answer.at("/response/allowed").asBoolean();
  }

  private static Reviewer reviewer(Verdict verdict, SloPolicy policy, InstantSource clock) {
    return new Reviewer(
        feed(List.of(new ServiceVerdict(CHAT, verdict, Map.of(), policy, Optional.empty()))),
        TASKS,
        clock,
        new Meter());
  }

  private static SloPolicy policy(int minPriority, OptionalInt admitPerStep) {
    return new SloPolicy(
        SloPolicy.Mode.ENFORCE,
        SloPolicy.Judge.DEFAULT,
        SloPolicy.Shares.DEFAULT,
        new SloPolicy.Dispatch(
            SloPolicy.Dispatch.Answer.DEFER,
            minPriority,
            SloPolicy.Dispatch.Answer.ADMIT,
            admitPerStep));
  }

  private static VerdictFeed feed(List<ServiceVerdict> verdicts) {
    return new VerdictFeed() {
      @Override
      public VerdictSnapshot current() {
        return VerdictSnapshot.of(1, NOON, verdicts);
      }

      @Override
      public Subscription subscribe(Consumer<VerdictSnapshot> listener) {
        return () -> {};
      }
    };
  }

  private static String node(String before, String after) {
    return """
        {'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'request': {
          'uid': 'u-1', 'operation': 'UPDATE', 'subResource': 'status', 'name': 'node-a',
          'resource': {'group': 'foreman.llmkube.dev', 'resource': 'fleetnodes'},
          'oldObject': {'status': {'phase': 'Ready', 'currentTask': %s}},
          'object': {'status': {'phase': 'Ready', 'currentTask': %s}}}}
        """
        .formatted(before, after);
  }

  private static String task(String name, String before, String after) {
    return """
        {'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'request': {
          'uid': 'u-1', 'operation': 'UPDATE', 'subResource': 'status', 'name': '%s',
          'namespace': 'fm',
          'resource': {'group': 'foreman.llmkube.dev', 'resource': 'agentictasks'},
          'oldObject': {'status': {'phase': %s}},
          'object': {'status': {'phase': %s}}}}
        """
        .formatted(name, before, after);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
