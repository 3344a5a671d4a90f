package dev.sluice.app;

import dev.sluice.evaluator.alerts.Poller;
import java.util.Optional;

/**
 * Starts the poller when there is something to ask about, and wakes it when there is something new.
 * It exists because the loop asks for polls and the poller answers to the loop: one of them must be
 * made first. Used by the loop's thread, except for {@link #connect}, which comes before it starts.
 */
final class PollSwitch implements Runnable {

  private Optional<Poller> poller = Optional.empty();
  private boolean started;

  void connect(Poller connected) {
    poller = Optional.of(connected);
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
