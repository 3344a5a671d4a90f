package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BudgetPollerTest extends ReaderFixture {

  private static final Duration ALMOST_A_MINUTE = Duration.ofMinutes(1).minusNanos(1);
  private static final Objective OTHER = objective("ml", "other", QWEN, TOTAL);

  private final BlockingQueue<Map<ObjectiveRef, BudgetLeft>> seen = new LinkedBlockingQueue<>();
  private final AtomicLong nanos = new AtomicLong();
  private Optional<Question> question = asking(TTFT);

  @Test
  void asksAtOnceAndThenOnceAMinute() {
    BudgetPoller poller = poller(seen::add);

    poller.look();
    assertThat(prometheus.queries()).hasSize(1);

    pass(ALMOST_A_MINUTE);
    poller.look();
    assertThat(prometheus.queries()).hasSize(1);

    pass(Duration.ofNanos(1));
    poller.look();
    assertThat(prometheus.queries()).hasSize(2);
    assertThat(seen).hasSize(2).allSatisfy(left -> assertThat(left).containsOnlyKeys(TTFT.ref()));
  }

  @Test
  void otherObjectivesAreAskedAboutWithoutWaiting() {
    BudgetPoller poller = poller(seen::add);
    poller.look();

    question = asking(TTFT, OTHER);
    poller.look();
    pass(ALMOST_A_MINUTE);
    poller.look();

    assertThat(prometheus.queries()).hasSize(2);
    assertThat(seen).last().satisfies(left -> assertThat(left).containsKey(OTHER.ref()));
  }

  @Test
  void ofObjectivesThatAreGoneNothingIsLeftAndNothingIsAsked() {
    BudgetPoller poller = poller(seen::add);
    poller.look();

    question = asking();
    poller.look();
    pass(Duration.ofHours(1));
    poller.look();

    assertThat(prometheus.queries()).hasSize(1);
    assertThat(seen).hasSize(2).last().isEqualTo(Map.of());
  }

  @Test
  void whileNobodyWantsToKnowNobodyIsAsked() {
    BudgetPoller poller = poller(seen::add);

    question = Optional.empty();
    poller.look();
    pass(Duration.ofHours(1));
    poller.look();

    assertThat(prometheus.queries()).isEmpty();
    assertThat(seen).isEmpty();
  }

  @Test
  void whoWantsToKnowAgainIsToldAtOnce() {
    BudgetPoller poller = poller(seen::add);
    poller.look();

    question = Optional.empty();
    poller.look();
    question = asking(TTFT);
    poller.look();

    assertThat(seen).hasSize(2);
  }

  @Test
  void aRefusalIsHandedOverWithItsTimeAndAskedAgainAfterAMinute() {
    prometheus.query(503, "{\"error\":\"overloaded\"}");
    BudgetPoller poller = poller(seen::add);

    poller.look();
    pass(ALMOST_A_MINUTE);
    poller.look();

    assertThat(seen).hasSize(1);
    assertThat(seen.remove().get(TTFT.ref()))
        .isInstanceOfSatisfying(
            BudgetLeft.NotKnown.class,
            left -> {
              assertThat(left.at()).isEqualTo(NOON);
              assertThat(left.words()).contains("HTTP 503", "overloaded");
            });

    pass(Duration.ofNanos(1));
    poller.look();
    assertThat(seen).hasSize(1);
  }

  @Test
  void aConsumerThatThrowsIsHandedTheNextAnswer() {
    AtomicInteger calls = new AtomicInteger();
    BudgetPoller poller =
        poller(
            left -> {
              if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("expected by the test");
              }
              seen.add(left);
            });

    poller.look();
    pass(Duration.ofMinutes(1));
    poller.look();

    assertThat(seen).hasSize(1);
  }

  @Test
  void looksByItselfOnceItIsStarted() throws Exception {
    try (BudgetPoller poller = poller(seen::add)) {
      poller.start();

      assertThat(seen.poll(10, TimeUnit.SECONDS)).containsOnlyKeys(TTFT.ref());
    }
  }

  @Test
  void aCloseBreaksOffTheQueryUnderWayAndHandsNothingOver() throws Exception {
    prometheus.silent();
    CompletableFuture<Thread> asking = new CompletableFuture<>();
    PrometheusSettings patient =
        PrometheusSettings.of(prometheus.uri()).withTimeout(Duration.ofMinutes(1));
    try (PrometheusClient client = new PrometheusClient(patient)) {
      BudgetPoller poller =
          poller(
              client,
              () -> {
                asking.complete(Thread.currentThread());
                return question;
              },
              seen::add);
      poller.start();
      prometheus.awaitRequest();

      poller.close();

      assertThat(asking.join().join(Duration.ofSeconds(1))).as("its thread ends").isTrue();
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void aPollerThatWasNeverStartedCloses() {
    BudgetPoller poller = poller(seen::add);

    poller.close();

    assertThat(prometheus.queries()).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Optional<Question> asking(Objective... objectives) {
    return Optional.of(question(Set.of(), objectives));
  }

  private BudgetPoller poller(Consumer<Map<ObjectiveRef, BudgetLeft>> consumer) {
    return poller(prometheus.client(), () -> question, consumer);
  }

  private BudgetPoller poller(
      PrometheusClient client,
      Supplier<Optional<Question>> asked,
      Consumer<Map<ObjectiveRef, BudgetLeft>> consumer) {
    return new BudgetPoller(client, asked, consumer, InstantSource.fixed(NOON), nanos::get);
  }
}
