package dev.sluice.benchmarks.breach;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.breach.v1.ObjectReference;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Two kinds of call in turns, sent at a fixed rate whether or not the ones before are answered. */
final class Calls {

  private static final int WARMING_SECONDS = 5;

  private final ManagedChannel channel;
  private final int rate;
  private final int seconds;

  Calls(ManagedChannel channel, int rate, int seconds) {
    this.channel = channel;
    this.rate = rate;
    this.seconds = seconds;
  }

  void run() {
    HealthGrpc.HealthFutureStub health = HealthGrpc.newFutureStub(channel);
    BreachServiceGrpc.BreachServiceFutureStub breach = BreachServiceGrpc.newFutureStub(channel);
    HealthCheckRequest empty = HealthCheckRequest.getDefaultInstance();
    long[][] took =
        measure(index -> health.check(empty), index -> breach.checkDispatch(request(index)));
    double[] first = row("empty unary call (health)", took[0]);
    double[] second = row("CheckDispatch", took[1]);
    System.out.printf(
        Locale.ROOT, "%-28s  %9.2f  %9.2f%n", "ratio", second[0] / first[0], second[1] / first[1]);
  }

  private static CheckDispatchRequest request(int index) {
    return CheckDispatchRequest.newBuilder()
        .setTarget(
            DispatchTarget.newBuilder()
                .setInferenceService(
                    ObjectReference.newBuilder()
                        .setNamespace("default")
                        .setName(ChangingFeed.service(index % 1000).name())))
        .build();
  }

  private long[][] measure(
      IntFunction<ListenableFuture<?>> one, IntFunction<ListenableFuture<?>> other) {
    int warming = rate * WARMING_SECONDS;
    int calls = rate * seconds;
    long[][] took = new long[2][calls / 2];
    AtomicInteger answered = new AtomicInteger();
    long begin = System.nanoTime();
    for (int index = -warming; index < calls; index++) {
      long due = begin + (long) ((index + warming) * 1e9 / rate);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(50_000);
      }
      int kind = Math.floorMod(index, 2);
      int slot = index / 2;
      boolean isCounted = index >= 0 && slot < calls / 2;
      long sent = System.nanoTime();
      ListenableFuture<?> call = (kind == 0 ? one : other).apply(Math.floorMod(index, 1000));
      call.addListener(
          () -> {
            if (isCounted) {
              took[kind][slot] = System.nanoTime() - sent;
            }
            answered.incrementAndGet();
          },
          MoreExecutors.directExecutor());
    }
    while (answered.get() < warming + calls) {
      LockSupport.parkNanos(1_000_000);
    }
    return took;
  }

  private static double[] row(String name, long[] nanos) {
    Arrays.sort(nanos);
    double p50 = nanos[nanos.length / 2] / 1e6;
    double p99 = nanos[(int) (nanos.length * 0.99)] / 1e6;
    System.out.printf(Locale.ROOT, "%-28s  %6.2f ms  %6.2f ms%n", name, p50, p99);
    return new double[] {p50, p99};
  }
}
