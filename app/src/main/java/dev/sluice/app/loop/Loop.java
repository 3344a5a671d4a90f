package dev.sluice.app.loop;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the state: takes events in order, steps, and performs the effects.
 *
 * <ul>
 *   <li><i>Thread</i>: its own, {@code sluice-loop}; {@link #post} and {@link #state} from any.
 *   <li><i>On failure</i>: a step that throws is logged and counted, and the state stays as it was;
 *       an effect that fails is logged, and the others are still performed.
 *   <li><i>On shutdown</i>: events already posted are still taken, then the thread ends.
 * </ul>
 */
public final class Loop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Core core;
  private final Effects effects;
  private final LoopMetrics metrics;
  private final InstantSource clock;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile LoopState state;
  private volatile boolean closing;

  /** A loop that begins with {@code first} when it is started. */
  public Loop(
      Core core, Effects effects, LoopMetrics metrics, InstantSource clock, LoopState first) {
    this.core = core;
    this.effects = effects;
    this.metrics = metrics;
    this.clock = clock;
    this.state = first;
    this.thread = Thread.ofPlatform().name("sluice-loop").unstarted(this::run);
  }

  /** Begins to take events. */
  public void start() {
    thread.start();
  }

  /** Hands over an event; never blocks. */
  public void post(Event event) {
    events.add(event);
  }

  /** The newest state. */
  public LoopState state() {
    return state;
  }

  private void run() {
    Instant nextTick = clock.instant().plus(TICK);
    while (!closing || !events.isEmpty()) {
      Event event = await(nextTick);
      if (event instanceof Event.Tick) {
        nextTick = clock.instant().plus(TICK);
      }
      take(event);
    }
  }

  private Event await(Instant nextTick) {
    long millis = Math.max(0, Duration.between(clock.instant(), nextTick).toMillis());
    try {
      Event event = events.poll(millis, TimeUnit.MILLISECONDS);
      return event == null ? new Event.Tick() : event;
    } catch (InterruptedException _) {
      closing = true;
      return new Event.Tick();
    }
  }

  private void take(Event event) {
    Step step;
    try {
      step = core.step(state, event, clock.instant());
    } catch (RuntimeException bug) {
      metrics.stepFailed();
      log.error("msg=step-failed event={} effect=\"the state stays as it was\"", event, bug);
      return;
    }
    state = step.next();
    for (Effect effect : step.effects()) {
      perform(effect);
    }
    metrics.update(state);
  }

  private void perform(Effect effect) {
    try {
      effects.perform(effect);
    } catch (IOException | RuntimeException failure) {
      metrics.effectFailed();
      log.error("msg=effect-failed effect={}", effect.getClass().getSimpleName(), failure);
    }
  }

  @Override
  public void close() {
    closing = true;
    post(new Event.Tick());
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
