package dev.sluice.app.logs;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last lines of this process's log, for support bundles.
 *
 * <ul>
 *   <li><i>Thread</i>: any.
 *   <li><i>On failure</i>: nothing can fail; a line that is very long is cut.
 *   <li><i>On shutdown</i>: {@link #close} keeps no further lines.
 * </ul>
 */
public final class RecentLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  static final int MOST_LINES = 2000;
  private static final int LONGEST = 4000;

  private final Deque<String> lines = new ArrayDeque<>();

  /** Begins to keep the lines that every logger of this process writes. */
  public static RecentLines keep() {
    RecentLines kept = new RecentLines();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      kept.setContext(context);
      kept.setName("recent");
      kept.start();
      context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(kept);
    }
    return kept;
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = JsonEncoder.line(event);
    String kept = line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    synchronized (lines) {
      if (lines.size() == MOST_LINES) {
        lines.removeFirst();
      }
      lines.addLast(kept);
    }
  }

  /** The lines, as JSON each, the oldest first. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  @Override
  public void close() {
    if (getContext() instanceof LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
    }
    stop();
  }
}
