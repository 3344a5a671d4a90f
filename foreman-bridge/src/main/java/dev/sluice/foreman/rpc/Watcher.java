package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.Heartbeat;
import dev.sluice.breach.v1.ServiceChanges;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.model.VerdictSnapshot;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One open watch. It remembers the snapshot it last sent and nothing else: a reader that comes back
 * late is sent the difference to the newest one, so nothing ever queues up.
 *
 * <p>Not safe for use by several threads; {@link Watchers} calls it from one.
 */
final class Watcher {

  private final WatchRequest request;
  private final ServerCallStreamObserver<WatchResponse> stream;
  private final Messages messages;
  private Optional<VerdictSnapshot> sent = Optional.empty();
  private Optional<Instant> unreadSince = Optional.empty();

  Watcher(WatchRequest request, ServerCallStreamObserver<WatchResponse> stream, Messages messages) {
    this.request = request;
    this.stream = stream;
    this.messages = messages;
  }

  /** Begins: with a heartbeat if the watcher missed nothing, else with a snapshot. */
  void begin(VerdictSnapshot current, Heartbeat heartbeat) {
    boolean missedNothing =
        BreachServer.isPublished(current) && request.getAfterRevision() == current.revision();
    if (missedNothing) {
      sent = Optional.of(current);
    }
    if (missedNothing || !BreachServer.isPublished(current)) {
      send(message -> message.setHeartbeat(heartbeat));
    }
    catchUp(current);
  }

  /** Sends what the watcher doesn't know yet, if it reads. */
  void catchUp(VerdictSnapshot current) {
    if (!stream.isReady() || !BreachServer.isPublished(current) || isSent(current)) {
      return;
    }
    Optional<VerdictSnapshot> before = sent;
    sent = Optional.of(current);
    if (before.isEmpty()) {
      send(message -> message.setSnapshot(messages.snapshot(request.getNamespace(), current)));
      return;
    }
    ServiceChanges changes = messages.changes(request.getNamespace(), before.get(), current);
    if (changes.getUpdatedCount() > 0 || changes.getRemovedCount() > 0) {
      send(message -> message.setChanges(changes));
    }
  }

  /** Says that the server is alive, or notes that the watcher doesn't read. */
  void beat(Heartbeat heartbeat, Instant now) {
    if (stream.isReady()) {
      unreadSince = Optional.empty();
      send(message -> message.setHeartbeat(heartbeat));
    } else if (unreadSince.isEmpty()) {
      unreadSince = Optional.of(now);
    }
  }

  /** Whether the watcher has read nothing for longer than this. */
  boolean isSlowerThan(Duration bound, Instant now) {
    return unreadSince.isPresent() && Duration.between(unreadSince.get(), now).compareTo(bound) > 0;
  }

  /** Notes that the watcher reads. */
  void read() {
    unreadSince = Optional.empty();
  }

  boolean isCancelled() {
    return stream.isCancelled();
  }

  void end(RuntimeException status) {
    stream.onError(status);
  }

  private boolean isSent(VerdictSnapshot current) {
    return sent.isPresent() && sent.get().revision() == current.revision();
  }

  // Never a newer revision than what was sent: the watcher resumes from it.
  private void send(Consumer<WatchResponse.Builder> event) {
    WatchResponse.Builder message =
        WatchResponse.newBuilder().setRevision(sent.map(VerdictSnapshot::revision).orElse(0L));
    event.accept(message);
    stream.onNext(message.build());
  }
}
