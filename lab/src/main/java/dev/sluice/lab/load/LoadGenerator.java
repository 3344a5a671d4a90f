package dev.sluice.lab.load;

import dev.sluice.lab.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends streaming chat completions at a constant rate, open loop: the next request is due when it
 * is due, however slow the answers are. A request fails on a status that the plan doesn't accept, a
 * broken or refused connection, or a stream that ends without {@code [DONE]}; nothing is retried.
 *
 * <p>Memory is bounded: the newest 200,000 outcomes are kept for {@link #window}, the {@link
 * #totals} count all. More than 10,000 requests under way at once are not sent and count as failed
 * ("not sent").
 *
 * <p><em>Thread:</em> one pacing thread, one virtual thread per request; everything here may be
 * called from any thread. <em>On failure:</em> outcomes, never exceptions. <em>On shutdown:</em>
 * {@link #stop()} lets requests under way finish and keeps the figures readable; {@link #close()}
 * does the same and drops the connections.
 */
public final class LoadGenerator implements AutoCloseable {

  private static final int KEPT_OUTCOMES = 200_000;
  private static final int MOST_UNDER_WAY = 10_000;

  private final LoadPlan plan;
  private final ChatClient client;
  private final Outcomes outcomes = new Outcomes(KEPT_OUTCOMES);
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread pacer =
      Thread.ofPlatform().name("load-pacer").daemon().unstarted(this::pace);
  private volatile boolean stopped;

  private LoadGenerator(LoadPlan plan) {
    this.plan = plan;
    this.client = new ChatClient(plan);
  }

  /** Starts sending at once. */
  public static LoadGenerator start(LoadPlan plan) {
    LoadGenerator generator = new LoadGenerator(plan);
    generator.pacer.start();
    return generator;
  }

  private void pace() {
    Instant startedAt = Instant.now();
    long started = System.nanoTime();
    long pace = plan.pace().toNanos();
    for (long n = 0; !stopped; n++) {
      long due = n * pace;
      long early = started + due - System.nanoTime();
      while (early > 0 && !stopped) {
        LockSupport.parkNanos(early);
        early = started + due - System.nanoTime();
      }
      if (!stopped) {
        launch(startedAt.plusNanos(due), started + due);
      }
    }
  }

  private void launch(Instant scheduledAt, long scheduledNanos) {
    boolean tooMany = outcomes.underWay() >= MOST_UNDER_WAY;
    outcomes.due();
    if (tooMany) {
      outcomes.add(
          new Outcome(
              scheduledAt,
              "-",
              0,
              Optional.empty(),
              Duration.ZERO,
              Optional.of("not sent: too many requests under way")));
      return;
    }
    requests.execute(() -> outcomes.add(client.send(scheduledAt, scheduledNanos)));
  }

  /** Counts of everything since the start. */
  public Totals totals() {
    return outcomes.totals();
  }

  /**
   * Requests that were due in {@code [from, to)}. Throws {@link IllegalStateException} if some of
   * that time's outcomes are no longer kept.
   */
  public Window window(Instant from, Instant to) {
    return outcomes.window(from, to);
  }

  /** Requests that were due since {@code mark}. */
  public Window since(Instant mark) {
    return window(mark, Instant.now());
  }

  /**
   * Sends nothing more and returns when the last request under way has ended, or its timeout has
   * passed.
   */
  public void stop() {
    stopped = true;
    LockSupport.unpark(pacer);
    Await.until(
        plan.timeout().plusSeconds(5),
        "requests under way end",
        () -> !pacer.isAlive() && outcomes.underWay() == 0);
  }

  @Override
  public void close() {
    try {
      stop();
    } finally {
      requests.shutdownNow();
      client.close();
    }
  }
}
