package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.evaluator.alerts.EvaluatorMetrics;
import dev.sluice.evaluator.alerts.EvidenceReader;
import dev.sluice.evaluator.alerts.Poller;
import dev.sluice.evaluator.alerts.PrometheusClient;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import dev.sluice.evaluator.alerts.Question;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.lab.Await;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.xds.load.ServedLoad;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a push of a real Prometheus leads to. Regular polls are an hour apart, so what is observed
 * is the pushes' doing. {@code -Dsluice.transitions=50} measures longer.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class PushIT {

  private static final Duration NEVER = Duration.ofHours(1);
  private static final int TRANSITIONS = Integer.getInteger("sluice.transitions", 6);

  @TempDir private Path folder;

  private final BlockingQueue<Instant> pushes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** What a poll found, and when. */
  private record Seen(AlertState fast, Instant at) {}

  @Test
  void theFirstPollAfterAPushFindsTheAlertsNewState() throws Exception {
    PollLine line = new PollLine();
    try (StatusServer server = server(line);
        AlertLab lab = new AlertLab(folder, "127.0.0.1:" + server.port());
        PrometheusClient client =
            new PrometheusClient(PrometheusSettings.of(URI.create(lab.baseUrl())));
        Poller poller = poller(client)) {
      lab.awaitReceiverKnown();
      awaitFirstEvaluation(client);
      line.connect(poller);
      poller.start();
      Seen _ = next(seen);
      List<AlertState> expected = new ArrayList<>();
      List<AlertState> found = new ArrayList<>();
      List<Duration> took = new ArrayList<>();

      for (int i = 0; i < TRANSITIONS; i++) {
        boolean fires = i % 2 == 0;
        lab.fire(fires);
        expected.add(fires ? AlertState.FIRING : AlertState.INACTIVE);
        Instant pushed = next(pushes);
        Seen observed = next(seen);
        found.add(observed.fast());
        took.add(Duration.between(pushed, observed.at()));
      }

      assertThat(found).isEqualTo(expected);
      report(took);
    }
  }

  /** The first one runs code that was never run before: it is told apart. */
  private static void report(List<Duration> took) {
    List<Duration> sorted = took.stream().skip(1).sorted().toList();
    System.out.printf(
        "push -> observation: first %d ms, then n=%d p50=%d ms p99=%d ms max=%d ms%n",
        took.getFirst().toMillis(),
        sorted.size(),
        sorted.get(sorted.size() / 2).toMillis(),
        sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1).toMillis(),
        sorted.getLast().toMillis());
  }

  /** What a push does: the poller must be made after the server, whose port Prometheus knows. */
  private final class PollLine implements Runnable {

    private volatile Optional<Poller> poller = Optional.empty();

    void connect(Poller connected) {
      poller = Optional.of(connected);
    }

    @Override
    public void run() {
      pushes.add(Instant.now());
      poller.ifPresent(Poller::wake);
    }
  }

  private StatusServer server(Runnable wake) {
    LoopState state = LoopState.leading(SavedState.NONE, Instant.now());
    return StatusServer.start(
        new StatusServer.Views(() -> state, List::of, List::of, () -> ServedLoad.NONE, registry),
        new PushReceiver(Optional.empty(), wake, new PushMetrics(registry)),
        NoPage.routes(),
        "127.0.0.1",
        0);
  }

  private Poller poller(PrometheusClient client) {
    return new Poller(
        new EvidenceReader(client),
        () -> Optional.of(new Question(AlertLab.DECLARATIONS, Set.of())),
        observation -> seen.add(new Seen(fast(observation), Instant.now())),
        NEVER,
        InstantSource.system(),
        new EvaluatorMetrics(registry, InstantSource.system()));
  }

  /** Before it a poll finds rules that were never evaluated, and no state. */
  private static void awaitFirstEvaluation(PrometheusClient client) {
    EvidenceReader reader = new EvidenceReader(client);
    Question question = new Question(AlertLab.DECLARATIONS, Set.of());
    Await.until(
        Duration.ofSeconds(30),
        "the rules are evaluated",
        () ->
            reader.observe(question, Instant.now()) instanceof Observation.Rules rules
                && rules.pieces().getFirst() instanceof Evidence.Measured);
  }

  private static AlertState fast(Observation observation) {
    return ((Evidence.Measured) ((Observation.Rules) observation).pieces().getFirst())
        .alert(BurnRateTier.FAST);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    @Nullable T one = queue.poll(30, TimeUnit.SECONDS);
    if (one == null) {
      throw new AssertionError("nothing came within 30 s");
    }
    return one;
  }
}
