package dev.sluice.app;

import dev.sluice.evaluator.alerts.Poller;
import java.util.Optional;

/**
 * Starts the poller when there is something to ask about, and wakes it when there is something new.
 * It exists because the loop asks for polls and the poller answers to the loop: one of them must be
 * made first. Used by the loop's thread, except for {@link #connect}, which comes before it starts,
 * and {@link #push}, which any thread may call.
 */
final class PollSwitch implements Runnable {

  private volatile Optional<Poller> poller = Optional.empty();
  private volatile boolean started;

  void connect(Poller connected) {
    poller = Optional.of(connected);
  }

  /** An alert may have changed. Means nothing before the start, which polls at once. */
  void push() {
    if (started) {
      poller.ifPresent(Poller::wake);
    }
  }

  @Override
  public void run() {
    if (started) {
      poller.ifPresent(Poller::wake);
    } else {
      started = true;
      poller.ifPresent(Poller::start);
    }
  }
}
