package dev.sluice.demo.story;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.CheckDispatchResponse;
import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.DispatchDecision;
import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.breach.v1.GetServiceRequest;
import dev.sluice.breach.v1.GetServiceResponse;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.Verdict;
import dev.sluice.breach.v1.VerdictState;
import dev.sluice.demo.stage.Scenario;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the breach service again and again, as a dispatcher would, and remembers the answers.
 *
 * <p><em>Thread:</em> its own; the answers may be read from any thread. <em>On failure:</em> no
 * reading while Sluice is away. <em>On shutdown:</em> {@link #close()} ends the channel.
 */
final class BreachWatch implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private final Scenario scenario;
  private final Timeline timeline;
  private final ManagedChannel channel;
  private final List<Reading> readings = new ArrayList<>();
  private final Watch watch;

  /**
   * One answer.
   *
   * @param dispatch {@code ADMIT} or {@code DEFER}, for a task of priority 0
   * @param words the breach service's explanation
   * @param state of the service, or of the troubled replica
   * @param acting the state whose actions apply: the held one while {@code state} is UNKNOWN
   * @param decisionId of that verdict
   */
  record Reading(
      Instant at, String dispatch, String words, String state, String acting, String decisionId) {

    /** The state, and the one it holds if it does. */
    String verdict() {
      String held = state.equals(acting) ? "" : " (holds " + acting + ")";
      return (state + held).replace('_', ' ');
    }
  }

  BreachWatch(int grpcPort, Scenario scenario, Timeline timeline) {
    this.scenario = scenario;
    this.timeline = timeline;
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
    this.watch = Watch.every(PAUSE, "breach-watch", this::look);
  }

  /** The newest answer, if there was one after {@code since}. */
  synchronized Optional<Reading> latestAfter(Instant since) {
    return readings.isEmpty() || !readings.getLast().at().isAfter(since)
        ? Optional.empty()
        : Optional.of(readings.getLast());
  }

  /** The answers in {@code [from, to)}. */
  synchronized List<Reading> between(Instant from, Instant to) {
    return readings.stream()
        .filter(reading -> !reading.at().isBefore(from) && reading.at().isBefore(to))
        .toList();
  }

  private void look() {
    Instant at = Instant.now();
    ObjectReference service =
        ObjectReference.newBuilder()
            .setNamespace(scenario.service().namespace())
            .setName(scenario.service().name())
            .build();
    CheckDispatchResponse checked = stub().checkDispatch(check(service));
    GetServiceResponse known =
        stub().getService(GetServiceRequest.newBuilder().setInferenceService(service).build());
    // Two calls with a change between them would make an answer that was never given.
    if (checked.getRevision() == known.getRevision()) {
      add(reading(at, checked.getDecision(), verdict(known.getService())));
    }
  }

  private static CheckDispatchRequest check(ObjectReference service) {
    return CheckDispatchRequest.newBuilder()
        .setTarget(DispatchTarget.newBuilder().setInferenceService(service))
        .build();
  }

  private Verdict verdict(ServiceStatus status) {
    // A pod without a verdict of its own stands as its service does.
    return scenario
        .pod()
        .map(pod -> status.getReplicasOrDefault(pod, status.getVerdict()))
        .orElseGet(status::getVerdict);
  }

  private static Reading reading(Instant at, DispatchDecision decision, Verdict verdict) {
    String state = state(verdict.getState());
    boolean unknown = verdict.getState() == VerdictState.VERDICT_STATE_UNKNOWN;
    return new Reading(
        at,
        decision.getDecision() == Decision.DECISION_ADMIT ? "ADMIT" : "DEFER",
        decision.getMessage(),
        state,
        unknown ? state(verdict.getHeldState()) : state,
        verdict.getDecisionId());
  }

  private BreachServiceGrpc.BreachServiceBlockingStub stub() {
    return BreachServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE);
  }

  private static String state(VerdictState state) {
    return state.name().replace("VERDICT_STATE_", "");
  }

  private synchronized void add(Reading reading) {
    Optional<Reading> before =
        readings.isEmpty() ? Optional.empty() : Optional.of(readings.getLast());
    readings.add(reading);
    boolean stateChanged = !before.map(Reading::state).equals(Optional.of(reading.state()));
    boolean dispatchChanged =
        !before.map(Reading::dispatch).equals(Optional.of(reading.dispatch()));
    if (stateChanged) {
      timeline.mark("verdict on %s: %s".formatted(scenario.troubled(), reading.verdict()));
    }
    // While recovering a growing fraction is admitted, so single answers alternate.
    if (stateChanged || (dispatchChanged && !reading.state().equals("RECOVERING"))) {
      timeline.note("dispatch %s: %s".formatted(reading.dispatch(), reading.words()));
    }
  }

  @Override
  public void close() {
    watch.close();
    channel.shutdownNow();
  }
}
