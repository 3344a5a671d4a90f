package dev.sluice.evaluator.alerts;

import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads once a minute what is left of the error budgets, and soon after objectives change. Apart
 * from the {@link Poller}, so that a slow answer delays no verdict.
 *
 * <p><em>Thread:</em> one of its own, {@code sluice-budgets}; the question is fetched and the
 * answer handed over on it. <em>On failure:</em> an answer that can't be had is handed over as
 * that; an exception of the consumer is logged, and the next look comes as usual. <em>On
 * shutdown:</em> {@link #close()} breaks off the client's calls; nothing is handed over afterwards.
 */
public final class BudgetPoller implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BudgetPoller.class);
  // A budget is of days: a minute of full outage takes 0.25% of that of 99% over 28 days.
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final PrometheusClient client;
  private final BudgetReader reader;
  private final Supplier<Optional<Question>> question;
  private final Consumer<Map<ObjectiveRef, BudgetLeft>> consumer;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sluice-budgets").daemon().factory());
  private volatile boolean closed;
  // Both of the thread that looks only.
  private long askedAt;
  private Set<ObjectiveRef> known = Set.of();

  /**
   * Does nothing before {@link #start()}.
   *
   * @param question whose objectives to ask about; empty while nobody wants to know
   * @param consumer whom to give what is left, or why that isn't known, of every objective
   */
  public BudgetPoller(
      PrometheusClient client,
      Supplier<Optional<Question>> question,
      Consumer<Map<ObjectiveRef, BudgetLeft>> consumer,
      InstantSource clock) {
    this(client, question, consumer, clock, System::nanoTime);
  }

  /**
   * Measures the minute with another clock.
   *
   * @param nanos like {@link System#nanoTime()}
   */
  BudgetPoller(
      PrometheusClient client,
      Supplier<Optional<Question>> question,
      Consumer<Map<ObjectiveRef, BudgetLeft>> consumer,
      InstantSource clock,
      LongSupplier nanos) {
    this.client = client;
    this.reader = new BudgetReader(client);
    this.question = question;
    this.consumer = consumer;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Starts to look. */
  public void start() {
    var _ = executor.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks if a minute is over, or there are other objectives than when it was asked. */
  void look() {
    try {
      Optional<Question> asked = question.get();
      if (asked.isEmpty()) {
        known = Set.of(); // who takes the lead again asks at once
        return;
      }
      List<Objective> objectives = asked.get().objectives();
      Set<ObjectiveRef> refs =
          objectives.stream().map(Objective::ref).collect(Collectors.toUnmodifiableSet());
      boolean isOver = nanos.getAsLong() - askedAt >= INTERVAL.toNanos();
      if (!known.equals(refs) || (isOver && !refs.isEmpty())) {
        askedAt = nanos.getAsLong();
        known = refs;
        Map<ObjectiveRef, BudgetLeft> left = reader.read(objectives, clock.instant());
        if (!closed) {
          consumer.accept(left);
        }
      }
    } catch (RuntimeException bug) {
      log.error("budgets weren't read", bug);
    }
  }

  @Override
  public void close() {
    closed = true;
    executor.shutdown();
    client.cancel();
    try {
      if (!executor.awaitTermination(CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("budgets still being read seconds={}", CLOSE_BOUND.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
