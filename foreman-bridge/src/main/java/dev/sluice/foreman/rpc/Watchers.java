package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.Heartbeat;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.wire.WireTime;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictFeed.Subscription;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All open watches.
 *
 * <ul>
 *   <li><i>Thread</i>: one of its own does everything; the publisher and gRPC only post to it. A
 *       burst of publications is one task.
 *   <li><i>On failure</i>: a watch that can't be written to is ended, and the others go on.
 *   <li><i>On shutdown</i>: every watch is ended with UNAVAILABLE, so that clients watch again.
 * </ul>
 */
final class Watchers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Watchers.class);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final VerdictFeed feed;
  private final Messages messages;
  private final InstantSource clock;
  private final Duration heartbeat;
  private final Duration slowWatcher;
  private final BreachMetrics metrics;
  private final Set<Watcher> open = new LinkedHashSet<>();
  private final AtomicBoolean changePosted = new AtomicBoolean();
  private final ScheduledExecutorService thread;
  private final Subscription subscription;

  Watchers(
      VerdictFeed feed,
      Decider decider,
      InstantSource clock,
      BreachServerConfig config,
      BreachMetrics metrics) {
    this.feed = feed;
    this.messages = new Messages(decider, clock);
    this.clock = clock;
    this.heartbeat = config.heartbeat();
    this.slowWatcher = config.slowWatcher();
    this.metrics = metrics;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sluice-breach-watch").daemon().factory());
    this.subscription = feed.subscribe(_ -> changed());
    long period = heartbeat.toNanos();
    var _ = thread.scheduleAtFixedRate(this::beat, period, period, TimeUnit.NANOSECONDS);
  }

  /** Opens a watch. Called within the RPC, where its handlers must be set. */
  void add(WatchRequest request, ServerCallStreamObserver<WatchResponse> stream) {
    Watcher watcher = new Watcher(request, stream, messages);
    stream.setOnCancelHandler(() -> post(() -> forget(watcher)));
    stream.setOnReadyHandler(() -> post(() -> ready(watcher)));
    post(() -> begin(watcher));
  }

  private void begin(Watcher watcher) {
    open.add(watcher);
    metrics.watchers(open.size());
    guarded(watcher, each -> each.begin(feed.current(), message()));
  }

  private void ready(Watcher watcher) {
    if (open.contains(watcher)) {
      watcher.read();
      guarded(watcher, each -> each.catchUp(feed.current()));
    }
  }

  private void changed() {
    if (changePosted.compareAndSet(false, true)) {
      post(this::catchUpAll);
    }
  }

  private void catchUpAll() {
    changePosted.set(false);
    List.copyOf(open).forEach(each -> guarded(each, one -> one.catchUp(feed.current())));
  }

  private void beat() {
    Instant now = clock.instant();
    messages.forgetOld();
    for (Watcher watcher : List.copyOf(open)) {
      guarded(watcher, each -> each.beat(message(), now));
      if (watcher.isSlowerThan(slowWatcher, now)) {
        end(watcher, BreachErrors.watcherTooSlow());
      }
    }
  }

  // The RPC's own stream may be cancelled at any moment; that must cost no other watcher anything.
  private void guarded(Watcher watcher, Consumer<Watcher> action) {
    try {
      action.accept(watcher);
    } catch (RuntimeException failed) {
      if (!watcher.isCancelled()) {
        log.error("msg=watch-failed", failed);
      }
      end(watcher, BreachErrors.internal());
    }
  }

  private void end(Watcher watcher, RuntimeException status) {
    forget(watcher);
    try {
      watcher.end(status);
    } catch (RuntimeException alreadyEnded) {
      log.debug("msg=watch-already-ended", alreadyEnded);
    }
  }

  private void forget(Watcher watcher) {
    open.remove(watcher);
    metrics.watchers(open.size());
  }

  private Heartbeat message() {
    return Heartbeat.newBuilder()
        .setServerTime(WireTime.encode(clock.instant()))
        .setInterval(WireTime.encode(heartbeat))
        .build();
  }

  private void post(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException stopping) {
      log.debug("msg=watch-ignored reason=stopping");
    }
  }

  @Override
  public void close() {
    subscription.close();
    try {
      thread
          .submit(() -> List.copyOf(open).forEach(each -> end(each, BreachErrors.stopping())))
          .get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException failed) {
      log.warn("msg=watches-not-ended", failed);
    }
    thread.shutdownNow();
  }
}
