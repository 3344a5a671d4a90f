package dev.sluice.demo.story;

import dev.sluice.demo.report.Run.Event;

/** Who is told what happens while it happens. Called from several threads, one at a time each. */
public interface Audience {

  /** Something happened. */
  void event(Event event);

  /**
   * How traffic stands.
   *
   * @param second since the load began
   * @param words shares, time to first token and failures, on one line
   * @param changed whether that differs visibly from the line before
   */
  void status(double second, String words, boolean changed);
}
