package dev.sluice.app.logs;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/** How log lines are written to stderr. */
public enum LogFormat {
  /** {@code time=... level=... msg=... key=value}. */
  text,

  /** One JSON object a line, with the field names of OpenTelemetry's log data model. */
  json;

  /** Has the whole process write its lines so. */
  public void apply() {
    switch (this) {
      case text -> {} // as logback.xml has it
      case json -> applyJson();
    }
  }

  private static void applyJson() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
        if (all.next() instanceof OutputStreamAppender<ILoggingEvent> stream) {
          JsonEncoder encoder = new JsonEncoder();
          encoder.setContext(context);
          encoder.start();
          stream.setEncoder(encoder);
        }
      }
    }
  }
}
