package dev.sluice.evaluator.alerts;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A metrics page of one replica that serves 20 requests a second, whose first tokens come late or
 * in time as the test says.
 */
final class TtftExporter implements AutoCloseable {

  private static final double REQUESTS_PER_SECOND = 20;

  private final HttpServer server;
  private final String twoSeconds;
  private long advancedAt = System.nanoTime();
  private double inTime;
  private double all;
  private boolean isSlow;

  /**
   * Serves the page.
   *
   * @param twoSeconds how this client library writes the bound of 2 s: {@code 2} or {@code 2.0}
   */
  TtftExporter(String twoSeconds) throws IOException {
    this.twoSeconds = twoSeconds;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] page = page().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, page.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(page);
          }
        });
    server.start();
  }

  String hostPort() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on every first token comes late. */
  synchronized void slow() {
    advance();
    isSlow = true;
  }

  /** From now on every first token comes in time. */
  synchronized void heal() {
    advance();
    isSlow = false;
  }

  private synchronized String page() {
    advance();
    return """
    # TYPE vllm:time_to_first_token_seconds histogram
    vllm:time_to_first_token_seconds_bucket{le="0.5"} %1$d
    vllm:time_to_first_token_seconds_bucket{le="%3$s"} %1$d
    vllm:time_to_first_token_seconds_bucket{le="+Inf"} %2$d
    vllm:time_to_first_token_seconds_count %2$d
    vllm:time_to_first_token_seconds_sum %2$d
    """
        .formatted((long) inTime, (long) all, twoSeconds);
  }

  private void advance() {
    long now = System.nanoTime();
    double requests = (now - advancedAt) / 1e9 * REQUESTS_PER_SECOND;
    advancedAt = now;
    all += requests;
    inTime += isSlow ? 0 : requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
