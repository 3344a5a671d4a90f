package dev.sluice.demo.story;

import dev.sluice.demo.report.Run.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What happened, in order, with the seconds since the load began. Thread-safe. */
final class Timeline {

  private final Instant start;
  private final Consumer<Event> listener;
  private final List<Event> events = new ArrayList<>();

  /** {@code listener} is told each event at once, on the thread that reports it. */
  Timeline(Instant start, Consumer<Event> listener) {
    this.start = start;
    this.listener = listener;
  }

  /** Something worth a mark in the picture. */
  Instant mark(String words) {
    return add(words, true);
  }

  /** Something for the terminal and the report only. */
  Instant note(String words) {
    return add(words, false);
  }

  private synchronized Instant add(String words, boolean mark) {
    Instant now = Instant.now();
    Event event = new Event(second(now), words, mark);
    events.add(event);
    listener.accept(event);
    return now;
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  Instant start() {
    return start;
  }

  double second(Instant at) {
    return Duration.between(start, at).toMillis() / 1e3;
  }
}
