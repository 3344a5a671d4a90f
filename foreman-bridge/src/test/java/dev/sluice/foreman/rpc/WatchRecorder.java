package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.lab.Await;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A watch whose messages a test reads one by one, as many as it wants. */
final class WatchRecorder implements ClientResponseObserver<WatchRequest, WatchResponse> {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<WatchResponse> messages = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<Status>> ended = new AtomicReference<>(Optional.empty());
  private final int initially;
  private final AtomicReference<Optional<ClientCallStreamObserver<WatchRequest>>> call =
      new AtomicReference<>(Optional.empty());

  private WatchRecorder(int initially) {
    this.initially = initially;
  }

  /** A watch that reads everything. */
  static WatchRecorder reading(Channel channel, WatchRequest request) {
    return open(channel, request, Integer.MAX_VALUE);
  }

  /** A watch that reads nothing until {@link #read} is called. */
  static WatchRecorder notReading(Channel channel, WatchRequest request) {
    return open(channel, request, 0);
  }

  private static WatchRecorder open(Channel channel, WatchRequest request, int initially) {
    WatchRecorder recorder = new WatchRecorder(initially);
    BreachServiceGrpc.newStub(channel).watch(request, recorder);
    return recorder;
  }

  void read() {
    call.get().orElseThrow().request(Integer.MAX_VALUE);
  }

  void cancel() {
    call.get().orElseThrow().cancel("the test is done", null);
  }

  List<WatchResponse> messages() {
    return messages;
  }

  /** Whether it was sent what is known at this revision. */
  boolean has(long revision) {
    return messages.stream().anyMatch(message -> message.getRevision() >= revision);
  }

  boolean hasEnded() {
    return ended.get().isPresent();
  }

  /** The first message like this, awaited. */
  WatchResponse awaitMessage(String what, Predicate<WatchResponse> wanted) {
    return Await.value(PATIENCE, what, () -> messages.stream().filter(wanted).findFirst());
  }

  WatchResponse awaitSnapshot() {
    return awaitMessage("a snapshot", WatchResponse::hasSnapshot);
  }

  WatchResponse awaitHeartbeat() {
    return awaitMessage("a heartbeat", WatchResponse::hasHeartbeat);
  }

  Status awaitEnd() {
    return Await.value(PATIENCE, "the end of the watch", ended::get);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
    stream.disableAutoRequestWithInitial(initially);
    call.set(Optional.of(stream));
  }

  @Override
  public void onNext(WatchResponse message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable failed) {
    ended.set(Optional.of(Status.fromThrowable(failed)));
  }

  @Override
  public void onCompleted() {
    ended.set(Optional.of(Status.OK));
  }
}
