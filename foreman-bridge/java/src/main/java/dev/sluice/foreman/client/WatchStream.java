package dev.sluice.foreman.client;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one watch open.
 *
 * <ul>
 *   <li><i>Thread</i>: one of its own opens watches; messages come on the channel's threads, one at
 *       a time. A new watch is opened only after the one before has ended.
 *   <li><i>On failure</i>: opens the watch again after a pause, from the last revision.
 *   <li><i>On shutdown</i>: cancels the watch and opens no more.
 * </ul>
 */
final class WatchStream implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WatchStream.class);
  // Thousands of services come in one snapshot.
  private static final int MAX_MESSAGE = 64 << 20;

  private final ManagedChannel channel;
  private final String namespace;
  private final Backoff backoff;
  private final LongSupplier revision;
  private final Listener listener;
  private final CancellableContext context = Context.ROOT.withCancellation();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(WatchStream::daemon);
  private volatile int failures;

  /**
   * A stream that isn't open yet.
   *
   * @param revision where to resume
   * @param listener is told of each message, and of each end
   */
  WatchStream(ManagedChannel channel, GateConfig config, LongSupplier revision, Listener listener) {
    this.channel = channel;
    this.namespace = config.namespace();
    this.backoff = new Backoff(config.firstRetry(), config.lastRetry());
    this.revision = revision;
    this.listener = listener;
  }

  void open() {
    schedule(Duration.ZERO);
  }

  private void watch() {
    // Else the channel's own backoff, of up to two minutes, would decide.
    channel.resetConnectBackoff();
    WatchRequest request =
        WatchRequest.newBuilder()
            .setNamespace(namespace)
            .setAfterRevision(revision.getAsLong())
            .build();
    context.run(
        () ->
            BreachServiceGrpc.newStub(channel)
                .withMaxInboundMessageSize(MAX_MESSAGE)
                .watch(request, new Observer()));
  }

  private void again(Status status) {
    if (context.isCancelled()) {
      return;
    }
    listener.ended(status);
    int failed = failures;
    failures = failed + 1;
    Duration pause = backoff.pause(failed, ThreadLocalRandom.current().nextDouble());
    if (failed == 0) {
      log.info("msg=watch-ended status=\"{}\" retryIn={}ms", status, pause.toMillis());
    } else {
      log.debug("msg=watch-failed status=\"{}\" retryIn={}ms", status, pause.toMillis());
    }
    schedule(pause);
  }

  private void schedule(Duration pause) {
    try {
      ScheduledFuture<?> unused =
          thread.schedule(this::watch, pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      log.debug("msg=watch-not-reopened reason=closing");
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "sluice-dispatch-gate");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    context.cancel(null);
  }

  /** Who wants to know; called one at a time. */
  interface Listener {
    void heard(WatchResponse message);

    void ended(Status status);
  }

  private final class Observer implements StreamObserver<WatchResponse> {
    @Override
    public void onNext(WatchResponse message) {
      // What it throws cancels the call and comes back as onError.
      listener.heard(message);
      failures = 0;
    }

    @Override
    public void onError(Throwable failed) {
      again(Status.fromThrowable(failed));
    }

    @Override
    public void onCompleted() {
      again(Status.OK);
    }
  }
}
