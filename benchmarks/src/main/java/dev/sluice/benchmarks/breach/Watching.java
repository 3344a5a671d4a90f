package dev.sluice.benchmarks.breach;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Many watchers in one process. When all have a revision it prints {@code REVISION P50 P99 MAX}:
 * when that many of them had it, by the system's monotonic clock, which the server's process has
 * too.
 */
final class Watching {

  private static final int PER_CONNECTION = 100;

  private final int watchers;
  private final Supplier<ManagedChannel> connect;
  private long revision;
  private long[] arrivals = new long[0];
  private int arrived;

  Watching(int watchers, Supplier<ManagedChannel> connect) {
    this.watchers = watchers;
    this.connect = connect;
  }

  void run() throws InterruptedException {
    arrivals = new long[watchers];
    List<ManagedChannel> channels = new ArrayList<>();
    for (int index = 0; index < watchers; index++) {
      if (index % PER_CONNECTION == 0) {
        channels.add(connect.get());
      }
      BreachServiceGrpc.newStub(channels.getLast())
          .watch(WatchRequest.getDefaultInstance(), new Watcher());
    }
    Thread.currentThread().join();
  }

  private final class Watcher implements StreamObserver<WatchResponse> {
    @Override
    public void onNext(WatchResponse message) {
      if (!message.hasHeartbeat()) {
        heard(message.getRevision(), System.nanoTime());
      }
    }

    @Override
    public void onError(Throwable failure) {
      System.err.println("breach: a watch ended: " + failure);
    }

    @Override
    public void onCompleted() {
      System.err.println("breach: a watch ended");
    }
  }

  private synchronized void heard(long heard, long at) {
    if (heard > revision) {
      revision = heard;
      arrived = 0;
    }
    if (heard == revision) {
      arrivals[arrived++] = at;
    }
    if (arrived == watchers) {
      Arrays.sort(arrivals);
      System.out.printf(
          "%d %d %d %d%n",
          revision,
          arrivals[watchers / 2],
          arrivals[(int) (watchers * 0.99)],
          arrivals[watchers - 1]);
      System.out.flush();
    }
  }
}
