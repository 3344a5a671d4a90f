package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.foreman.client.DispatchGate;
import dev.sluice.foreman.client.GateConfig;
import dev.sluice.foreman.client.GateDecision.FailedOpen;
import dev.sluice.lab.Await;
import dev.sluice.model.ServiceRef;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The breach service as a process, its clients, and what befalls them. */
final class BreachChaosIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration SLOW_WATCHER = Duration.ofSeconds(30);
  private static final WatchRequest EVERYTHING = WatchRequest.getDefaultInstance();
  private static final ServiceRef SERVICE = ChaosServer.service(0);
  private static final int MIB = 1 << 20;

  @TempDir private Path folder = Path.of("");

  @Test
  void aKilledServiceFailsNoCheck() throws InterruptedException {
    GateConfig config =
        new GateConfig("", Duration.ofSeconds(4), Duration.ofMillis(100), Duration.ofMillis(500));

    killUnderChecks(500, Duration.ofMillis(200), config);
  }

  @Test
  @Tag("soak")
  void aKilledServiceFailsNoneOf5000ChecksASecond() throws InterruptedException {
    killUnderChecks(5_000, HEARTBEAT, GateConfig.DEFAULT);
  }

  private void killUnderChecks(int perSecond, Duration heartbeat, GateConfig config)
      throws InterruptedException {
    try (BreachProcess service = BreachProcess.start(folder, heartbeat, SLOW_WATCHER, 1);
        DispatchGate gate = DispatchGate.connect(service.address(), config)) {
      assertThat(gate.awaitReady(PATIENCE)).isTrue();
      service.breached();
      awaitDeferred(gate);
      long began = System.nanoTime();
      try (SteadyChecks checks = SteadyChecks.start(gate, SERVICE, perSecond)) {
        awaitAsked(checks, 2L * perSecond);
        long beforeTheKill = checks.failedOpen();

        service.kill9();
        long killed = System.nanoTime();
        boolean deferredAfter = !gate.check(SERVICE, 0).admits();
        Await.until(
            config.trustFor().plus(PATIENCE),
            "failing open",
            () -> gate.check(SERVICE, 0) instanceof FailedOpen);
        long opened = System.nanoTime();
        awaitAsked(checks, checks.asked() + 2L * perSecond);
        service.startAgain();
        long back = System.nanoTime();
        awaitDecided(gate);
        long decided = System.nanoTime();
        service.breached();
        awaitDeferred(gate);
        checks.stop();

        System.out.printf(
            Locale.ROOT,
            "%d checks, %.0f a second, %d threw, slowest %.1f ms; killed with -9: deferred from"
                + " memory for %.1f s, then failed open; %.2f s after the service was back decided"
                + " by it%n",
            checks.asked(),
            checks.asked() / seconds(began, System.nanoTime()),
            checks.failures().size(),
            checks.slowest().toNanos() / 1e6,
            seconds(killed, opened),
            seconds(back, decided));
        assertThat(checks.failures()).isEmpty();
        assertThat(beforeTheKill).isZero();
        assertThat(deferredAfter).isTrue();
        assertThat(checks.failedOpen()).isPositive();
        assertThat(checks.longestTrusted()).isPositive().isLessThanOrEqualTo(config.trustFor());
      }
    }
  }

  @Test
  @Tag("soak")
  void tenThousandWatchersHearOfAChange() {
    List<ManagedChannel> channels = new ArrayList<>();
    try (BreachProcess service = BreachProcess.start(folder, HEARTBEAT, SLOW_WATCHER, 100)) {
      long alone = service.heap();
      IntStream.range(0, 100).forEach(each -> channels.add(service.connect()));
      List<WatchRecorder> watches =
          IntStream.range(0, 10_000)
              .mapToObj(each -> WatchRecorder.reading(channels.get(each / 100), EVERYTHING))
              .toList();
      awaitAll(watches, 1);
      long watched = service.heap();

      Duration before = service.cpu();
      double one = untilAllHave(watches, service::oneBreached);
      Duration between = service.cpu();
      double all = untilAllHave(watches, service::breached);
      Duration after = service.cpu();

      System.out.printf(
          Locale.ROOT,
          "%d watchers over %d connections have a change of one of 100 services within %.2f s, of"
              + " all within %.2f s; that took the service %.2f s and %.2f s of CPU; heap of the service %d MiB, %d MiB with them%n",
          watches.size(),
          channels.size(),
          one,
          all,
          between.minus(before).toMillis() / 1e3,
          after.minus(between).toMillis() / 1e3,
          alone / MIB,
          watched / MIB);
      assertThat(service.watchers()).isEqualTo(watches.size());
      assertThat(watches).noneMatch(WatchRecorder::hasEnded);
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  @Test
  @Tag("soak")
  void watchersThatNeverReadAreDroppedAndHarmNobody() {
    try (BreachProcess service = BreachProcess.start(folder, HEARTBEAT, SLOW_WATCHER, 1_000)) {
      ManagedChannel ofTheReader = service.connect();
      ManagedChannel ofTheOthers = service.connect();
      WatchRecorder reader = WatchRecorder.reading(ofTheReader, EVERYTHING);
      reader.awaitSnapshot();
      long alone = service.heap();
      List<WatchRecorder> stuck =
          IntStream.range(0, 50)
              .mapToObj(each -> WatchRecorder.notReading(ofTheOthers, EVERYTHING))
              .toList();
      Await.until(PATIENCE, "all watch", () -> service.watchers() == 51);

      List<Long> heaps = new ArrayList<>();
      List<Long> published = new ArrayList<>();
      Await.until(
          PATIENCE,
          "those that don't read are dropped",
          () -> {
            published.add(service.breached());
            heaps.add(service.heap());
            return service.watchers() == 1;
          });
      stuck.forEach(WatchRecorder::read);
      long last = service.breached();
      reader.awaitMessage("the change after that", message -> message.getRevision() == last);

      System.out.printf(
          Locale.ROOT,
          "50 watchers that never read are dropped after %d changes of 1,000 services (%d MiB each,"
              + " if they were kept); heap of the service %d MiB, at most %d MiB meanwhile%n",
          published.size(),
          published.size() * (reader.awaitSnapshot().getSerializedSize() >> 10) / 1024,
          alone / MIB,
          heaps.stream().mapToLong(heap -> heap).max().orElse(0) / MIB);
      assertThat(stuck)
          .allSatisfy(
              each -> assertThat(each.awaitEnd().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
      assertThat(reader.hasEnded()).isFalse();
      ofTheReader.shutdownNow();
      ofTheOthers.shutdownNow();
    }
  }

  private static double untilAllHave(List<WatchRecorder> watches, LongSupplier change) {
    long published = System.nanoTime();
    long revision = change.getAsLong();
    awaitAll(watches, revision);
    return seconds(published, System.nanoTime());
  }

  private static void awaitAll(List<WatchRecorder> watches, long revision) {
    Await.until(
        PATIENCE,
        "all are at revision " + revision,
        () -> watches.stream().allMatch(each -> each.has(revision)));
  }

  private static void awaitAsked(SteadyChecks checks, long count) {
    Await.until(PATIENCE, count + " checks", () -> checks.asked() >= count);
  }

  private static void awaitDeferred(DispatchGate gate) {
    Await.until(PATIENCE, "a deferral", () -> !gate.check(SERVICE, 0).admits());
  }

  private static void awaitDecided(DispatchGate gate) {
    Await.until(PATIENCE, "a decision", () -> !(gate.check(SERVICE, 0) instanceof FailedOpen));
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }
}
