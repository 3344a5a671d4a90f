package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Observation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollerTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOON);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Question QUESTION = new Question(Declarations.NONE, Set.of());

  private final BlockingQueue<Observation> seen = new LinkedBlockingQueue<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private FakePrometheus prometheus;

  @BeforeEach
  void start() throws Exception {
    prometheus = new FakePrometheus();
    prometheus.rules(new PyrraRules(NOON).toString(), NOON);
  }

  @AfterEach
  void stop() {
    prometheus.close();
  }

  @Test
  void pollsAtOnceAndThenAtEachInterval() throws Exception {
    try (Poller poller = poller(Duration.ofMillis(10), seen::add)) {
      poller.start();

      assertThat(next()).isEqualTo(Observation.Rules.of(NOON, List.of()));
      assertThat(next()).isInstanceOf(Observation.Rules.class);
      assertThat(next()).isInstanceOf(Observation.Rules.class);
    }
    assertThat(registry.get("sluice.prometheus.poll").timer().count()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aWakeUpPollsBeforeTheIntervalIsOver() throws Exception {
    try (Poller poller = poller(NEVER, seen::add)) {
      poller.start();
      assertThat(next()).isNotNull();

      poller.wake();

      assertThat(next()).isNotNull();
    }
  }

  @Test
  void aWakeUpDuringAPollLeadsToOneMore() throws Exception {
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch woken = new CountDownLatch(1);
    Supplier<Optional<Question>> question =
        () -> {
          underWay.countDown();
          await(woken);
          return Optional.of(QUESTION);
        };
    try (Poller poller = poller(question, NEVER, seen::add)) {
      poller.start();
      underWay.await();

      poller.wake();
      poller.wake();
      woken.countDown();

      assertThat(next()).isNotNull();
      assertThat(next()).isNotNull();
    }
    assertThat(seen).isEmpty();
    assertThat(registry.get("sluice.prometheus.wake").timer().count()).isEqualTo(1);
  }

  @Test
  void whileNobodyWantsToKnowNobodyIsAsked() throws Exception {
    AtomicReference<Optional<Question>> question = new AtomicReference<>(Optional.empty());
    CountDownLatch passedOver = new CountDownLatch(3);
    Supplier<Optional<Question>> counted =
        () -> {
          passedOver.countDown();
          return question.get();
        };
    try (Poller poller = poller(counted, Duration.ofMillis(10), seen::add)) {
      poller.start();
      await(passedOver);
      assertThat(seen).isEmpty();
      assertThat(registry.get("sluice.prometheus.poll.age").timeGauge().value(TimeUnit.SECONDS))
          .isNaN();

      question.set(Optional.of(QUESTION));

      assertThat(next()).isNotNull();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void aPrometheusThatFailsIsObservedToo() throws Exception {
    prometheus.rules("oops", NOON);

    try (Poller poller = poller(NEVER, seen::add)) {
      poller.start();

      assertThat(next()).isInstanceOf(Observation.Failed.class);
    }
    assertThat(registry.get("sluice.prometheus.poll.failures").counter().count()).isEqualTo(1);
  }

  @Test
  void aConsumerThatThrowsDoesNotEndThePolling() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Consumer<Observation> throwsAtFirst =
        observation -> {
          if (calls.getAndIncrement() == 0) {
            throw new IllegalStateException("expected by the test");
          }
          seen.add(observation);
        };

    try (Poller poller = poller(Duration.ofMillis(10), throwsAtFirst)) {
      poller.start();

      assertThat(next()).isNotNull();
    }
  }

  @Test
  void aCloseBreaksOffThePollUnderWayAndHandsNothingOver() throws Exception {
    prometheus.silent();
    Poller poller = poller(NEVER, seen::add);
    poller.start();
    prometheus.awaitRequest();

    poller.close();

    assertThat(seen).isEmpty();
    assertThat(registry.get("sluice.prometheus.poll").timer().count()).isZero();
  }

  @Test
  void aPollerThatWasNeverStartedCloses() {
    Poller poller = poller(NEVER, seen::add);

    poller.close();

    assertThat(seen).isEmpty();
  }

  private Poller poller(Duration interval, Consumer<Observation> consumer) {
    return poller(() -> Optional.of(QUESTION), interval, consumer);
  }

  private Poller poller(
      Supplier<Optional<Question>> question, Duration interval, Consumer<Observation> consumer) {
    return new Poller(
        prometheus.reader(),
        question,
        consumer,
        interval,
        CLOCK,
        new EvaluatorMetrics(registry, CLOCK));
  }

  private @Nullable Observation next() throws InterruptedException {
    return seen.poll(10, TimeUnit.SECONDS);
  }
}
