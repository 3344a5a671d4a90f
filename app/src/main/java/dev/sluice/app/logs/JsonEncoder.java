package dev.sluice.app.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One JSON object a line. Field names are those of OpenTelemetry's log data model: {@code
 * timestamp}, {@code severity_text}, {@code severity_number}, {@code scope}, {@code body}, {@code
 * attributes}; the pairs of a line, the decision's id among them, become attributes.
 */
final class JsonEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return (line(event) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static String line(ILoggingEvent event) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("timestamp", event.getInstant().toString())
            .put("severity_text", event.getLevel().toString())
            .put("severity_number", severity(event.getLevel()));
    node.putObject("scope").put("name", event.getLoggerName());
    Map<String, String> fields = LogFields.of(event.getFormattedMessage());
    node.put("body", fields.getOrDefault("msg", event.getFormattedMessage()));
    ObjectNode attributes = node.putObject("attributes");
    attributes.put("thread.name", event.getThreadName());
    fields.forEach(
        (key, value) -> {
          if (!key.equals("msg")) {
            attributes.put(key, value);
          }
        });
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      attributes
          .put("exception.type", failure.getClassName())
          .put("exception.message", failure.getMessage())
          .put("exception.stacktrace", ThrowableProxyUtil.asString(failure));
    }
    return node.toString();
  }

  /** The numbers that OpenTelemetry gives the levels. */
  private static int severity(Level level) {
    return switch (level.toInt()) {
      case Level.TRACE_INT -> 1;
      case Level.DEBUG_INT -> 5;
      case Level.INFO_INT -> 9;
      case Level.WARN_INT -> 13;
      case Level.ERROR_INT -> 17;
      default -> 0; // unspecified
    };
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
