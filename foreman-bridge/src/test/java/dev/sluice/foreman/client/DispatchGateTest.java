package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.foreman.FakeClock;
import dev.sluice.foreman.FakeFeed;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.client.GateDecision.Decided;
import dev.sluice.foreman.client.GateDecision.FailedOpen;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.foreman.rpc.BreachMetrics;
import dev.sluice.foreman.rpc.BreachServer;
import dev.sluice.foreman.rpc.BreachServerConfig;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DispatchGateTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final GateConfig CONFIG =
      new GateConfig("", Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofMillis(100));

  private final FakeFeed feed = new FakeFeed();
  private final FakeClock clock = new FakeClock(Sample.SINCE.plusSeconds(1));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final int port = FreePorts.pick();

  @SuppressWarnings("NullAway.Init") // set before each test
  private BreachServer server;

  @SuppressWarnings("NullAway.Init") // set before each test
  private DispatchGate gate;

  @BeforeEach
  void start() throws IOException {
    server = serve(feed);
    gate =
        DispatchGate.over(
            Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .build(),
            CONFIG,
            clock,
            new GateMetrics(registry));
  }

  @AfterEach
  void stop() {
    gate.close();
    server.close();
  }

  @Test
  void isReadyWithTheFirstSnapshotAndFailsOpenBefore() throws InterruptedException {
    boolean readyBefore = gate.awaitReady(Duration.ofMillis(1));
    GateDecision before = gate.check(Sample.QWEN, 0);

    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));

    assertThat(readyBefore).isFalse();
    assertThat(before).isInstanceOf(FailedOpen.class);
    assertThat(before.admits()).isTrue();
    assertThat(gate.awaitReady(PATIENCE)).isTrue();
    assertThat(gate.check(Sample.QWEN, 0).admits()).isFalse();
    assertThat(count("fail_open")).isEqualTo(1);
    assertThat(count("defer")).isEqualTo(1);
  }

  @Test
  void hearsOfChanges() throws InterruptedException {
    feed.publish(Sample.of(Sample.QWEN, Sample.withinBudget()));
    assertThat(gate.awaitReady(PATIENCE)).isTrue();

    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    awaitDeferred();
    feed.publish(Sample.of(Sample.QWEN, Sample.withinBudget()));

    awaitAdmittedByVerdict();
  }

  @Test
  void withTheServerAwayItAnswersFromTheLastStateThenFailsOpen() throws InterruptedException {
    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    assertThat(gate.awaitReady(PATIENCE)).isTrue();

    server.close();
    GateDecision trusted = gate.check(Sample.QWEN, 0);
    clock.advance(CONFIG.trustFor().plusMillis(1));
    GateDecision distrusted = gate.check(Sample.QWEN, 0);

    assertThat(trusted.admits()).isFalse();
    assertThat(trusted.message()).contains("default/qwen is Breached");
    assertThat(distrusted).isInstanceOf(FailedOpen.class);
    assertThat(distrusted.admits()).isTrue();
  }

  @Test
  void recoversByItselfWhenTheServerComesBack() throws Exception {
    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    assertThat(gate.awaitReady(PATIENCE)).isTrue();
    server.close();
    clock.advance(CONFIG.trustFor().plusMillis(1));
    GateDecision away = gate.check(Sample.QWEN, 0);

    server = serve(feed);

    assertThat(away).isInstanceOf(FailedOpen.class);
    awaitDeferred();
  }

  @Test
  void aServerThatComesBackWithOtherVerdictsIsBelieved() throws Exception {
    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    assertThat(gate.awaitReady(PATIENCE)).isTrue();
    server.close();
    FakeFeed other = new FakeFeed();
    other.publish(Sample.snapshot(1_000, Sample.of(Sample.QWEN, Sample.withinBudget())));

    server = serve(other);

    awaitAdmittedByVerdict();
  }

  @Test
  void aRecoveryIsMeteredByTheGateItself() throws InterruptedException {
    SloPolicy fourPerStep =
        Sample.policy(new Dispatch(Answer.DEFER, 5, Answer.ADMIT, OptionalInt.of(4)));
    clock.advance(Duration.ofSeconds(280));
    feed.publish(Sample.of(Sample.QWEN, Sample.recovering(), fourPerStep));
    assertThat(gate.awaitReady(PATIENCE)).isTrue();

    long admitted =
        IntStream.range(0, 100).filter(each -> gate.check(Sample.QWEN, 0).admits()).count();

    assertThat(admitted).isEqualTo(4);
  }

  @Test
  void aClosedGateStillAnswers() throws InterruptedException {
    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    assertThat(gate.awaitReady(PATIENCE)).isTrue();

    gate.close();

    assertThat(gate.check(Sample.QWEN, 0).admits()).isFalse();
  }

  private BreachServer serve(FakeFeed from) throws IOException {
    return BreachServer.start(
        new BreachServerConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            Duration.ofMillis(50),
            Duration.ofSeconds(30)),
        from,
        TargetResolver.none(),
        clock,
        new Decider(clock, () -> 42, new Meter()),
        new BreachMetrics(new SimpleMeterRegistry()));
  }

  private void awaitDeferred() {
    Await.until(PATIENCE, "a deferral", () -> !gate.check(Sample.QWEN, 0).admits());
  }

  private void awaitAdmittedByVerdict() {
    Await.until(
        PATIENCE,
        "an admission by verdict",
        () -> gate.check(Sample.QWEN, 0) instanceof Decided decided && decided.admits());
  }

  private double count(String answer) {
    return registry.get("sluice.gate.decisions").tag("answer", answer).counter().count();
  }
}
