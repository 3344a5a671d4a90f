package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.foreman.wire.WireTime;
import dev.sluice.lab.Await;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import io.grpc.Status.Code;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code breach.proto} promises of a watch, over any transport. */
abstract class WatchContract {

  private static final Duration HEARTBEAT = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MANY = 200;

  private final Transport transport;

  @SuppressWarnings("NullAway.Init") // set before each test
  private BreachServiceFixture running;

  WatchContract(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws IOException {
    running = new BreachServiceFixture(transport, HEARTBEAT);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void firstComesASnapshotThenWhatChanges() {
    ServiceVerdict phi = Sample.of(Sample.PHI, Sample.withinBudget());
    running.feed.publish(phi, Sample.of(Sample.QWEN, Sample.withinBudget()));
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());
    WatchResponse snapshot = watch.awaitSnapshot();

    running.feed.publish(phi, Sample.of(Sample.QWEN, Sample.breached()));

    WatchResponse changes = watch.awaitMessage("changes", WatchResponse::hasChanges);
    assertThat(names(snapshot.getSnapshot().getServicesList()))
        .containsExactly(Sample.PHI, Sample.QWEN);
    assertThat(snapshot.getRevision()).isEqualTo(1);
    assertThat(names(changes.getChanges().getUpdatedList())).containsExactly(Sample.QWEN);
    assertThat(changes.getChanges().getRemovedList()).isEmpty();
    assertThat(changes.getRevision()).isEqualTo(2);
  }

  @Test
  void aServiceThatIsNoLongerKnownIsRemoved() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());
    assertThat(watch.awaitSnapshot().getRevision()).isEqualTo(1);

    running.feed.publish();

    WatchResponse changes = watch.awaitMessage("changes", WatchResponse::hasChanges);
    assertThat(changes.getChanges().getRemovedList())
        .containsExactly(BreachCodec.encode(Sample.QWEN));
  }

  @Test
  void aWatchOfOneNamespaceHearsOfNoOther() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    WatchRecorder watch = watch(WatchRequest.newBuilder().setNamespace("team-b").build());
    WatchResponse snapshot = watch.awaitSnapshot();

    running.feed.publish(Sample.of(Sample.QWEN, Sample.withinBudget()));
    running.feed.publish(Sample.of(Sample.LLAMA, Sample.breached()));

    WatchResponse changes = watch.awaitMessage("changes", WatchResponse::hasChanges);
    assertThat(snapshot.getSnapshot().getServicesList()).isEmpty();
    assertThat(names(changes.getChanges().getUpdatedList())).containsExactly(Sample.LLAMA);
    assertThat(changes.getChanges().getRemovedList()).isEmpty();
  }

  @Test
  void resumingWithNothingMissedBringsAHeartbeatAndNoSnapshot() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));

    WatchRecorder watch = watch(WatchRequest.newBuilder().setAfterRevision(1).build());
    WatchResponse heartbeat = watch.awaitHeartbeat();
    running.feed.publish(Sample.of(Sample.QWEN, Sample.withinBudget()));

    assertThat(heartbeat.getRevision()).isEqualTo(1);
    assertThat(watch.awaitMessage("changes", WatchResponse::hasChanges).getRevision()).isEqualTo(2);
    assertThat(watch.messages()).noneMatch(WatchResponse::hasSnapshot);
  }

  @Test
  void resumingAfterAMissedChangeBringsASnapshot() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    running.feed.publish(Sample.of(Sample.QWEN, Sample.withinBudget()));

    WatchRecorder watch = watch(WatchRequest.newBuilder().setAfterRevision(1).build());

    assertThat(watch.awaitSnapshot().getRevision()).isEqualTo(2);
  }

  @Test
  void beforeTheFirstVerdictsHeartbeatsCarryRevisionZero() {
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());
    WatchResponse heartbeat = watch.awaitHeartbeat();

    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));

    assertThat(heartbeat.getRevision()).isZero();
    assertThat(watch.awaitSnapshot().getRevision()).isEqualTo(1);
  }

  @Test
  void heartbeatsSayTheServersTimeAndWhenTheNextIsDue() {
    running.feed.publish();
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());

    WatchResponse heartbeat = watch.awaitHeartbeat();

    assertThat(WireTime.decode(heartbeat.getHeartbeat().getServerTime()))
        .isEqualTo(running.clock.instant());
    assertThat(WireTime.decode(heartbeat.getHeartbeat().getInterval())).isEqualTo(HEARTBEAT);
    assertThat(heartbeat.getRevision()).isEqualTo(1);
  }

  @Test
  void aNewEvidenceTimeAloneIsNoChange() {
    ServiceVerdict before = Sample.of(Sample.QWEN, Sample.breached());
    running.feed.publish(before);
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());
    assertThat(watch.awaitSnapshot().getRevision()).isEqualTo(1);

    running.feed.publish(Sample.withEvidenceAt(before, Sample.SINCE.plusSeconds(5)));
    assertThat(watch.awaitMessage("revision 2", at(2)).hasHeartbeat()).isTrue();
    running.feed.publish(Sample.of(Sample.QWEN, Sample.withinBudget()));

    WatchResponse changes = watch.awaitMessage("revision 3", at(3).and(WatchResponse::hasChanges));
    assertThat(changes.getChanges().getUpdatedCount()).isEqualTo(1);
    assertThat(watch.messages()).filteredOn(WatchResponse::hasChanges).hasSize(1);
  }

  @Test
  void aReaderThatComesBackIsSentTheNewestStateAndNotAllBetween() {
    publishMany(Sample.withinBudget());
    WatchRecorder watch =
        WatchRecorder.notReading(running.channel, WatchRequest.getDefaultInstance());
    awaitWatchers(1);
    long last = 1;
    for (int i = 0; i < MANY; i++) {
      publishMany(i % 2 == 0 ? Sample.breached(i) : Sample.withinBudget());
      last++;
    }

    watch.read();

    WatchResponse newest = watch.awaitMessage("the last revision", at(last));
    assertThat(newest.getRevision()).isEqualTo(last);
    assertThat(watch.messages().stream().filter(message -> !message.hasHeartbeat()))
        .hasSizeLessThan(MANY / 2);
  }

  @Test
  void aWatcherThatDoesNotReadIsEnded() {
    publishMany(Sample.withinBudget());
    WatchRecorder watch =
        WatchRecorder.notReading(running.channel, WatchRequest.getDefaultInstance());
    awaitWatchers(1);

    Await.until(
        PATIENCE,
        "the slow watcher is ended",
        () -> {
          publishMany(Sample.breached((double) running.feed.current().revision()));
          running.clock.advance(BreachServiceFixture.SLOW);
          return watchers() == 0;
        });
    watch.read();

    assertThat(watch.awaitEnd().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void aWatcherThatReadsIsNeverTooSlow() {
    running.feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());

    Await.until(
        PATIENCE,
        "20 heartbeats",
        () -> {
          running.clock.advance(BreachServiceFixture.SLOW);
          return watch.messages().stream().filter(WatchResponse::hasHeartbeat).count() >= 20;
        });

    assertThat(watchers()).isEqualTo(1);
  }

  @Test
  void aCancelledWatchIsForgotten() {
    running.feed.publish();
    WatchRecorder watch = watch(WatchRequest.getDefaultInstance());
    awaitWatchers(1);

    watch.cancel();

    awaitWatchers(0);
  }

  private WatchRecorder watch(WatchRequest request) {
    return WatchRecorder.reading(running.channel, request);
  }

  private void publishMany(Verdict verdict) {
    running.feed.publish(
        IntStream.range(0, MANY)
            .mapToObj(i -> Sample.of(new ServiceRef("default", "model-" + i), verdict))
            .toArray(ServiceVerdict[]::new));
  }

  private static Predicate<WatchResponse> at(long revision) {
    return message -> message.getRevision() == revision;
  }

  private void awaitWatchers(int count) {
    Await.until(PATIENCE, count + " watchers", () -> watchers() == count);
  }

  private int watchers() {
    return (int) running.registry.get("sluice.breach.watchers").gauge().value();
  }

  private static List<ServiceRef> names(List<ServiceStatus> services) {
    return services.stream()
        .map(service -> BreachCodec.decode(service.getInferenceService()))
        .toList();
  }
}
