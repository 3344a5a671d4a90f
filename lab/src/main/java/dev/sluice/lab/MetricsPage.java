package dev.sluice.lab;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * {@code /metrics} in Prometheus' text format, on a free port of 127.0.0.1.
 *
 * <p><em>Thread:</em> the text is asked for on the server's. <em>On failure:</em> a port that can't
 * be had throws {@link UncheckedIOException}. <em>On shutdown:</em> {@link #close()} drops the
 * scrape under way.
 */
public final class MetricsPage implements AutoCloseable {

  private final HttpServer server;

  private MetricsPage(HttpServer server) {
    this.server = server;
  }

  /** Serves what {@code text} gives at each scrape. */
  public static MetricsPage serve(Supplier<String> text) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/metrics",
          exchange -> {
            byte[] page = text.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, page.length);
            try (OutputStream body = exchange.getResponseBody()) {
              body.write(page);
            }
          });
      server.start();
      return new MetricsPage(server);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** {@code 127.0.0.1:port}. */
  public String hostPort() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
