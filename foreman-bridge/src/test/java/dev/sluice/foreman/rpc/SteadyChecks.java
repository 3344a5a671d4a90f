package dev.sluice.foreman.rpc;

import dev.sluice.foreman.client.DispatchGate;
import dev.sluice.foreman.client.GateDecision;
import dev.sluice.foreman.client.GateDecision.Decided;
import dev.sluice.foreman.client.GateDecision.FailedOpen;
import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a gate so many times a second, on some threads, whatever it answers.
 *
 * <p><i>Thread</i>: any may ask for the totals. <i>On failure</i>: what a check throws is kept.
 * <i>On shutdown</i>: waits for the last checks.
 */
final class SteadyChecks implements AutoCloseable {

  private static final int THREADS = 5;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final DispatchGate gate;
  private final ServiceRef service;
  private final List<Thread> threads = new ArrayList<>();
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong failedOpen = new AtomicLong();
  private final AtomicLong slowest = new AtomicLong();
  private final AtomicReference<Duration> longestTrusted = new AtomicReference<>(Duration.ZERO);
  private volatile boolean stopped;

  private SteadyChecks(DispatchGate gate, ServiceRef service) {
    this.gate = gate;
    this.service = service;
  }

  static SteadyChecks start(DispatchGate gate, ServiceRef service, int perSecond) {
    SteadyChecks checks = new SteadyChecks(gate, service);
    for (int i = 0; i < THREADS; i++) {
      long every = SECOND * THREADS / perSecond;
      checks.threads.add(
          Thread.ofPlatform().name("checks-", i).daemon().start(() -> checks.run(every)));
    }
    return checks;
  }

  private void run(long every) {
    long due = System.nanoTime();
    while (!stopped) {
      check();
      due += every;
      while (!stopped && System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  private void check() {
    long began = System.nanoTime();
    try {
      GateDecision decision = gate.check(service, 0);
      slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
      count(decision);
    } catch (RuntimeException thrown) {
      failures.add(thrown);
    }
    asked.incrementAndGet();
  }

  private void count(GateDecision decision) {
    switch (decision) {
      case FailedOpen _ -> failedOpen.incrementAndGet();
      case Decided decided ->
          longestTrusted.accumulateAndGet(
              decided.silence(), (one, other) -> one.compareTo(other) > 0 ? one : other);
    }
  }

  long asked() {
    return asked.get();
  }

  long failedOpen() {
    return failedOpen.get();
  }

  List<RuntimeException> failures() {
    return failures;
  }

  /** The longest silence after which a check was still decided from memory. */
  Duration longestTrusted() {
    return longestTrusted.get();
  }

  /** The longest that a check took, with whatever the machine did meanwhile. */
  Duration slowest() {
    return Duration.ofNanos(slowest.get());
  }

  @Override
  public void close() {
    stop();
  }

  /** Returns after the last checks. */
  void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
