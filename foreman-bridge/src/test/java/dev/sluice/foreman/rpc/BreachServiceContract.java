package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest.FieldViolation;
import dev.sluice.breach.v1.BatchCheckDispatchRequest;
import dev.sluice.breach.v1.BatchCheckDispatchResponse;
import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.BreachServiceGrpc.BreachServiceBlockingStub;
import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.CheckDispatchResponse;
import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.DecisionReason;
import dev.sluice.breach.v1.DispatchDecision;
import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.breach.v1.GetServiceRequest;
import dev.sluice.breach.v1.GetServiceResponse;
import dev.sluice.breach.v1.ListServicesRequest;
import dev.sluice.breach.v1.ListServicesResponse;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.VerdictState;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceRef;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.internal.testing.StreamRecorder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code breach.proto} promises of single calls, over any transport. */
abstract class BreachServiceContract {

  private final Transport transport;

  @SuppressWarnings("NullAway.Init") // set before each test
  private BreachServiceFixture running;

  BreachServiceContract(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws IOException {
    running = new BreachServiceFixture(transport, Duration.ofMinutes(1));
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void aBreachedServiceIsDeferredWithAReasonAndAWait() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));

    CheckDispatchResponse response = stub().checkDispatch(check(Sample.QWEN));

    DispatchDecision decision = response.getDecision();
    assertThat(decision.getDecision()).isEqualTo(Decision.DECISION_DEFER);
    assertThat(decision.getReason()).isEqualTo(DecisionReason.DECISION_REASON_BREACHED);
    assertThat(decision.getState()).isEqualTo(VerdictState.VERDICT_STATE_BREACHED);
    assertThat(decision.getRetryAfter().getSeconds()).isBetween(24L, 36L);
    assertThat(decision.getMessage()).contains("default/qwen is Breached", "qwen-ttft burns 31x");
    assertThat(decision.getEvidenceAge().getSeconds()).isEqualTo(7);
    assertThat(response.getRevision()).isEqualTo(1);
    assertThat(
            running
                .registry
                .get("sluice.dispatch.decisions")
                .tags("decision", "defer", "reason", "breached", "caller", "plaintext")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void aServiceThatIsNotKnownIsAdmitted() {
    running.feed.publish();

    DispatchDecision decision = stub().checkDispatch(check(Sample.PHI)).getDecision();

    assertThat(decision.getDecision()).isEqualTo(Decision.DECISION_ADMIT);
    assertThat(decision.getReason()).isEqualTo(DecisionReason.DECISION_REASON_NO_SERVICE);
    assertThat(decision.hasInferenceService()).isFalse();
    assertThat(decision.hasRetryAfter()).isFalse();
  }

  @Test
  void anAgentIsFollowedToItsService() {
    running.feed.publish(Sample.of(Sample.LLAMA, Sample.breached()));
    DispatchTarget agent = DispatchTarget.newBuilder().setAgent(BreachServiceFixture.AGENT).build();

    DispatchDecision decision = stub().checkDispatch(check(agent)).getDecision();

    assertThat(decision.getDecision()).isEqualTo(Decision.DECISION_DEFER);
    assertThat(decision.getInferenceService()).isEqualTo(BreachCodec.encode(Sample.LLAMA));
  }

  @Test
  void aTaskThatLeadsNowhereIsAdmitted() {
    running.feed.publish(Sample.of(Sample.LLAMA, Sample.breached()));
    DispatchTarget task =
        DispatchTarget.newBuilder().setAgenticTask(BreachServiceFixture.AGENT).build();

    DispatchDecision decision = stub().checkDispatch(check(task)).getDecision();

    assertThat(decision.getReason()).isEqualTo(DecisionReason.DECISION_REASON_NO_SERVICE);
    assertThat(decision.getMessage()).isEqualTo("AgenticTask team-b/coder is not known");
  }

  @Test
  void aBatchIsAnsweredInItsOrderFromOneRevision() {
    running.feed.publish(
        Sample.of(Sample.QWEN, Sample.breached()), Sample.of(Sample.LLAMA, Sample.withinBudget()));

    BatchCheckDispatchResponse response =
        stub()
            .batchCheckDispatch(
                BatchCheckDispatchRequest.newBuilder()
                    .addChecks(check(Sample.LLAMA))
                    .addChecks(check(Sample.QWEN))
                    .addChecks(check(Sample.PHI))
                    .build());

    assertThat(response.getDecisionsList())
        .extracting(DispatchDecision::getReason)
        .containsExactly(
            DecisionReason.DECISION_REASON_WITHIN_BUDGET,
            DecisionReason.DECISION_REASON_BREACHED,
            DecisionReason.DECISION_REASON_NO_SERVICE);
    assertThat(response.getRevision()).isEqualTo(1);
  }

  @Test
  void everythingThatIsWrongWithARequestIsSaidAtOnce() throws InvalidProtocolBufferException {
    running.feed.publish();
    ObjectReference notAName =
        ObjectReference.newBuilder().setNamespace("default").setName("Qwen!").build();
    DispatchTarget target = DispatchTarget.newBuilder().setInferenceService(notAName).build();
    BatchCheckDispatchRequest request =
        BatchCheckDispatchRequest.newBuilder()
            .addChecks(CheckDispatchRequest.getDefaultInstance())
            .addChecks(check(target))
            .build();

    Refusal refusal = Refusal.of(() -> stub().batchCheckDispatch(request));

    assertThat(refusal.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(refusal.info().getReason()).isEqualTo("INVALID_FIELD");
    assertThat(refusal.info().getDomain()).isEqualTo("sluice.dev");
    assertThat(refusal.violations())
        .extracting(FieldViolation::getField)
        .containsExactly("checks[0].target", "checks[1].target.inference_service");
    assertThat(refusal.violations().getLast().getDescription()).contains("\"Qwen!\" (expected: ");
    assertThat(
            running
                .registry
                .counter(
                    "sluice.breach.rpc.errors",
                    "method",
                    "BatchCheckDispatch",
                    "code",
                    "INVALID_ARGUMENT")
                .count())
        .isEqualTo(1);
  }

  @Test
  void aBatchThatIsTooLargeIsRefused() throws InvalidProtocolBufferException {
    running.feed.publish();
    BatchCheckDispatchRequest.Builder request = BatchCheckDispatchRequest.newBuilder();
    IntStream.rangeClosed(0, 1000).forEach(_ -> request.addChecks(check(Sample.QWEN)));

    Refusal refusal = Refusal.of(() -> stub().batchCheckDispatch(request.build()));

    assertThat(refusal.violations().getFirst().getDescription())
        .isEqualTo("1001 of them (expected: at most 1000)");
  }

  @Test
  void anAgentWithoutANameIsRefused() throws InvalidProtocolBufferException {
    running.feed.publish();
    DispatchTarget target =
        DispatchTarget.newBuilder().setAgent(ObjectReference.getDefaultInstance()).build();

    Refusal refusal = Refusal.of(() -> stub().checkDispatch(check(target)));

    assertThat(refusal.violations())
        .extracting(FieldViolation::getField)
        .containsExactly("target.agent.namespace", "target.agent.name");
  }

  @Test
  void beforeTheFirstVerdictsItCouldNotDecide() throws InvalidProtocolBufferException {
    Refusal refusal = Refusal.of(() -> stub().checkDispatch(check(Sample.QWEN)));

    assertThat(refusal.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(refusal.info().getReason()).isEqualTo("NO_VERDICTS_YET");
  }

  @Test
  void aServiceIsReadWithAllThatIsKnown() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));

    GetServiceResponse response = stub().getService(get(Sample.QWEN));

    ServiceStatus service = response.getService();
    assertThat(service.getVerdict().getFindings(0).getTier()).isEqualTo("fast");
    assertThat(service.getReplicasMap()).containsOnlyKeys("qwen-0");
    assertThat(service.getDispatch().getDecision()).isEqualTo(Decision.DECISION_DEFER);
    assertThat(service.hasRules()).isTrue();
    assertThat(response.getRevision()).isEqualTo(1);
  }

  @Test
  void readingAServiceThatIsNotKnownIsNotFound() throws InvalidProtocolBufferException {
    running.feed.publish();

    Refusal refusal = Refusal.of(() -> stub().getService(get(Sample.PHI)));

    assertThat(refusal.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(refusal.info().getReason()).isEqualTo("SERVICE_NOT_KNOWN");
    assertThat(refusal.info().getMetadataMap()).containsEntry("service", "default/phi");
  }

  @Test
  void pagesAreSortedAndStayRightWhenServicesGoInBetween() {
    running.feed.publish(
        Sample.of(Sample.QWEN, Sample.breached()),
        Sample.of(Sample.LLAMA, Sample.breached()),
        Sample.of(Sample.PHI, Sample.breached()));

    ListServicesResponse first =
        stub().listServices(ListServicesRequest.newBuilder().setPageSize(1).build());
    running.feed.publish(
        Sample.of(Sample.QWEN, Sample.breached()), Sample.of(Sample.LLAMA, Sample.breached()));
    ListServicesResponse second =
        stub()
            .listServices(
                ListServicesRequest.newBuilder()
                    .setPageSize(2)
                    .setPageToken(first.getNextPageToken())
                    .build());

    assertThat(names(first)).containsExactly(Sample.PHI);
    assertThat(names(second)).containsExactly(Sample.QWEN, Sample.LLAMA);
    assertThat(second.getNextPageToken()).isEmpty();
  }

  @Test
  void aListCanBeOfOneNamespace() {
    running.feed.publish(
        Sample.of(Sample.QWEN, Sample.breached()), Sample.of(Sample.LLAMA, Sample.breached()));

    ListServicesResponse response =
        stub().listServices(ListServicesRequest.newBuilder().setNamespace("team-b").build());

    assertThat(names(response)).containsExactly(Sample.LLAMA);
  }

  @Test
  void aPageTokenThatIsNotOursIsRefused() throws InvalidProtocolBufferException {
    running.feed.publish();
    ListServicesRequest request =
        ListServicesRequest.newBuilder().setPageSize(-1).setPageToken("???").build();

    Refusal refusal = Refusal.of(() -> stub().listServices(request));

    assertThat(refusal.violations())
        .extracting(FieldViolation::getField)
        .containsExactly("page_size", "page_token");
  }

  @Test
  void healthTurnsToServingWithTheFirstSnapshot() {
    ServingStatus before = health();

    running.feed.publish();

    assertThat(before).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void reflectionNamesTheService() throws Exception {
    StreamRecorder<ServerReflectionResponse> answers = StreamRecorder.create();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(running.channel).serverReflectionInfo(answers);

    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onCompleted();

    assertThat(
            answers
                .firstValue()
                .get(10, TimeUnit.SECONDS)
                .getListServicesResponse()
                .getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(BreachServiceGrpc.SERVICE_NAME, HealthGrpc.SERVICE_NAME);
  }

  @Test
  void closingEndsTheSubscriptionsToTheFeed() {
    assertThat(running.feed.subscribers()).isPositive();

    running.server.close();

    assertThat(running.feed.subscribers()).isZero();
  }

  @Test
  void closingEndsAWatchSoThatItsClientWatchesAgain() {
    running.feed.publish();
    WatchRecorder watch = WatchRecorder.reading(running.channel, WatchRequest.getDefaultInstance());
    assertThat(watch.awaitSnapshot().getRevision()).isEqualTo(1);

    running.server.close();

    assertThat(watch.awaitEnd().getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  private BreachServiceBlockingStub stub() {
    return BreachServiceGrpc.newBlockingStub(running.channel)
        .withDeadlineAfter(Duration.ofSeconds(10));
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(running.channel)
        .check(HealthCheckRequest.newBuilder().setService(BreachServiceGrpc.SERVICE_NAME).build())
        .getStatus();
  }

  private static List<ServiceRef> names(ListServicesResponse response) {
    return response.getServicesList().stream()
        .map(service -> BreachCodec.decode(service.getInferenceService()))
        .toList();
  }

  private static GetServiceRequest get(ServiceRef service) {
    return GetServiceRequest.newBuilder().setInferenceService(BreachCodec.encode(service)).build();
  }

  private static CheckDispatchRequest check(ServiceRef service) {
    return check(
        DispatchTarget.newBuilder().setInferenceService(BreachCodec.encode(service)).build());
  }

  private static CheckDispatchRequest check(DispatchTarget target) {
    return CheckDispatchRequest.newBuilder().setTarget(target).build();
  }
}
