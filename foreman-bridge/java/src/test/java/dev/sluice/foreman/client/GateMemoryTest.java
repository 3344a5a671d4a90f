package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.breach.v1.Heartbeat;
import dev.sluice.breach.v1.ServiceChanges;
import dev.sluice.breach.v1.ServiceSnapshot;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.client.GateDecision.Decided;
import dev.sluice.foreman.client.GateDecision.FailedOpen;
import dev.sluice.foreman.dispatch.DispatchReason;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class GateMemoryTest {

  private static final Duration TRUST = Duration.ofSeconds(30);
  private static final Instant NOW = Sample.SINCE.plusSeconds(1);

  @Test
  void beforeTheFirstSnapshotEverythingIsAdmitted() {
    GateDecision decision = check(GateMemory.EMPTY, Sample.QWEN, NOW);

    assertThat(decision).isInstanceOf(FailedOpen.class);
    assertThat(decision.admits()).isTrue();
    assertThat(decision.message()).contains("never heard");
  }

  @Test
  void answersFromTheSnapshot() {
    GateMemory memory =
        GateMemory.EMPTY.after(
            snapshot(
                7,
                Sample.of(Sample.QWEN, Sample.breached()),
                Sample.of(Sample.PHI, Sample.withinBudget())),
            NOW);

    GateDecision breached = check(memory, Sample.QWEN, NOW);

    assertThat(breached.admits()).isFalse();
    assertThat(breached.retryAfter()).isPositive();
    assertThat(breached).extracting("revision").isEqualTo(7L);
    assertThat(check(memory, Sample.PHI, NOW).admits()).isTrue();
    assertThat(reason(check(memory, Sample.LLAMA, NOW))).isEqualTo(DispatchReason.NO_SERVICE);
  }

  @Test
  void decidesByTheServersRules() {
    ServiceVerdict service =
        Sample.of(
            Sample.QWEN,
            Sample.breached(),
            Sample.policy(new Dispatch(Answer.DEFER, 5, Answer.ADMIT, OptionalInt.empty())));
    GateMemory memory = GateMemory.EMPTY.after(snapshot(1, service), NOW);

    GateDecision low = decide(memory, Sample.QWEN, 4, NOW);
    GateDecision high = decide(memory, Sample.QWEN, 5, NOW);

    assertThat(low.admits()).isFalse();
    assertThat(reason(high)).isEqualTo(DispatchReason.PRIORITY);
  }

  @Test
  void aRecoveryClimbsWithoutANewMessage() {
    Instant done = Sample.SINCE.plus(Duration.ofMinutes(5));
    GateMemory memory =
        GateMemory.EMPTY
            .after(snapshot(1, Sample.of(Sample.QWEN, Sample.recovering())), NOW)
            .after(heartbeat(1), done);

    Decided decision = (Decided) check(memory, Sample.QWEN, done);

    assertThat(decision.decision().grounds().admitFraction()).isEqualTo(1);
  }

  @Test
  void changesReplaceAndRemove() {
    GateMemory memory =
        GateMemory.EMPTY
            .after(
                snapshot(
                    1,
                    Sample.of(Sample.QWEN, Sample.withinBudget()),
                    Sample.of(Sample.PHI, Sample.breached()),
                    Sample.of(Sample.LLAMA, Sample.breached())),
                NOW)
            .after(
                changes(
                    2,
                    ServiceChanges.newBuilder()
                        .addUpdated(status(Sample.of(Sample.QWEN, Sample.breached())))
                        .addRemoved(BreachCodec.encode(Sample.PHI))),
                NOW);

    assertThat(check(memory, Sample.QWEN, NOW).admits()).isFalse();
    assertThat(reason(check(memory, Sample.PHI, NOW))).isEqualTo(DispatchReason.NO_SERVICE);
    assertThat(check(memory, Sample.LLAMA, NOW).admits()).isFalse();
    assertThat(memory.revision()).isEqualTo(2);
  }

  @Test
  void aNewSnapshotForgetsWhatItDoesNotName() {
    GateMemory memory =
        GateMemory.EMPTY
            .after(snapshot(1, Sample.of(Sample.QWEN, Sample.breached())), NOW)
            .after(snapshot(9, Sample.of(Sample.PHI, Sample.breached())), NOW);

    assertThat(memory.services()).containsOnlyKeys(Sample.PHI);
  }

  @Test
  void theLastStateIsTrustedForABoundedSilence() {
    GateMemory memory =
        GateMemory.EMPTY.after(snapshot(1, Sample.of(Sample.QWEN, Sample.breached())), NOW);

    GateDecision trusted = check(memory, Sample.QWEN, NOW.plus(TRUST));
    GateDecision distrusted = check(memory, Sample.QWEN, NOW.plus(TRUST).plusMillis(1));

    assertThat(trusted.admits()).isFalse();
    assertThat(distrusted)
        .isEqualTo(
            new FailedOpen(
                "admitted unasked: the breach service wasn't heard for 30 s (trusted for 30 s)",
                Optional.of(TRUST.plusMillis(1))));
  }

  @Test
  void aHeartbeatRenewsTheTrust() {
    Instant later = NOW.plus(TRUST);
    GateMemory memory =
        GateMemory.EMPTY
            .after(snapshot(1, Sample.of(Sample.QWEN, Sample.breached())), NOW)
            .after(heartbeat(1), later);

    assertThat(check(memory, Sample.QWEN, later.plus(TRUST)).admits()).isFalse();
  }

  @Test
  void aServerThatKnowsNothingYetRenewsNoTrust() {
    GateMemory memory =
        GateMemory.EMPTY
            .after(snapshot(5, Sample.of(Sample.QWEN, Sample.breached())), NOW)
            .after(heartbeat(0), NOW.plus(TRUST));

    assertThat(memory.revision()).isEqualTo(5);
    assertThat(check(memory, Sample.QWEN, NOW.plus(TRUST).plusSeconds(1)))
        .isInstanceOf(FailedOpen.class);
  }

  @Test
  void anEvidenceAgeThatNobodyKeepsIsNotGiven() {
    GateMemory memory =
        GateMemory.EMPTY.after(snapshot(1, Sample.of(Sample.QWEN, Sample.breached())), NOW);

    Decided decision = (Decided) check(memory, Sample.QWEN, NOW);

    assertThat(decision.decision().grounds().evidenceAge()).isEmpty();
  }

  @Test
  void aMessageWithoutAnEventIsRefused() {
    WatchResponse empty = WatchResponse.newBuilder().setRevision(3).build();

    assertThatThrownBy(() -> GateMemory.EMPTY.after(empty, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: snapshot, changes or heartbeat");
  }

  private static GateDecision check(GateMemory memory, ServiceRef service, Instant now) {
    return decide(memory, service, 0, now);
  }

  private static GateDecision decide(
      GateMemory memory, ServiceRef service, int priority, Instant now) {
    return memory.decide(
        service, TRUST, now, standing -> Dispatcher.decide(standing, priority, now, 1));
  }

  private static DispatchReason reason(GateDecision decision) {
    return ((Decided) decision).decision().grounds().reason();
  }

  private static WatchResponse snapshot(long revision, ServiceVerdict... services) {
    ServiceSnapshot.Builder snapshot = ServiceSnapshot.newBuilder();
    Arrays.stream(services).map(GateMemoryTest::status).forEach(snapshot::addServices);
    return WatchResponse.newBuilder().setRevision(revision).setSnapshot(snapshot).build();
  }

  private static WatchResponse changes(long revision, ServiceChanges.Builder changes) {
    return WatchResponse.newBuilder().setRevision(revision).setChanges(changes).build();
  }

  private static WatchResponse heartbeat(long revision) {
    return WatchResponse.newBuilder()
        .setRevision(revision)
        .setHeartbeat(Heartbeat.getDefaultInstance())
        .build();
  }

  private static ServiceStatus status(ServiceVerdict service) {
    return BreachCodec.encode(service, Dispatcher.decide(Standing.of(service), 0, NOW, 1));
  }
}
