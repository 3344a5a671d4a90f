package dev.sluice.app.cli;

import dev.sluice.app.kube.AgentRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How option texts become values; what our types say is wrong is what the user reads. */
final class Converters {

  private Converters() {}

  static CommandLine register(CommandLine commandLine) {
    return commandLine
        .registerConverter(AgentRef.class, text -> convert(text, AgentRef::parse))
        .registerConverter(Duration.class, text -> convert(text, PromDuration::parse))
        .registerConverter(HostPort.class, text -> convert(text, HostPort::parse))
        .registerConverter(RouterRef.class, text -> convert(text, RouterRef::parse))
        .registerConverter(ServiceRef.class, text -> convert(text, ServiceRef::parse))
        .registerConverter(URI.class, text -> convert(text, Converters::httpUrl));
  }

  private static URI httpUrl(String text) {
    String expected = "\"" + text + "\" (expected: a URL like http://127.0.0.1:9090)";
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(expected, malformed);
    }
    throw new IllegalArgumentException(expected);
  }

  private static <T> T convert(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException rejected) {
      throw new TypeConversionException(String.valueOf(rejected.getMessage()));
    }
  }
}
