package dev.sluice.demo;

import dev.sluice.demo.report.Run.Event;
import dev.sluice.demo.story.Audience;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Prints the story as it happens: a line per event, and one status line that is rewritten in place
 * on a terminal, or printed when it changes where there is none. Thread-safe.
 */
final class Terminal implements Audience {

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final double QUIET_SECONDS = 15;

  private final PrintStream out;
  private final boolean interactive;
  private String status = "";
  private double statusSecond = Double.NEGATIVE_INFINITY;

  Terminal(PrintStream out, boolean interactive) {
    this.out = out;
    this.interactive = interactive;
  }

  /** A line that belongs to no moment. */
  synchronized void say(String words) {
    print(words);
  }

  @Override
  public synchronized void event(Event event) {
    print("%s %s %s".formatted(clock(event.second()), event.mark() ? "*" : " ", event.words()));
  }

  @Override
  public synchronized void status(double second, String words, boolean changed) {
    status = "%s   %s".formatted(clock(second), words);
    if (interactive) {
      out.print(CLEAR_LINE + status);
      out.flush();
    } else if (changed || second - statusSecond >= QUIET_SECONDS) {
      statusSecond = second;
      out.println(status);
    }
  }

  /** No status line from here on. */
  synchronized void rest() {
    if (interactive) {
      out.print(CLEAR_LINE);
      status = "";
    }
  }

  private void print(String line) {
    if (interactive) {
      out.println(CLEAR_LINE + line);
      out.print(status);
      out.flush();
    } else {
      out.println(line);
    }
  }

  private static String clock(double second) {
    long whole = (long) second;
    return String.format(Locale.ROOT, "+%02d:%02d", whole / 60, whole % 60);
  }
}
