package dev.sluice.benchmarks.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code ./sluice bench stream [REQUESTS]}: time from sending a streamed chat completion to its
 * first chunk, from the backend itself and through Envoy, in turns, for prompts of several sizes:
 * Envoy must have the whole body to read the model in it.
 */
public final class Main {

  private static final int REQUESTS = 1_000;
  private static final int WARMING = 200;
  private static final List<Integer> PROMPT_KIB = List.of(1, 100, 1000);

  private final PrintStream out;
  private final int requests;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Main(PrintStream out, int requests) {
    this.out = out;
    this.requests = requests;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int requests = REQUESTS;
    if (arguments.length > 0) {
      if (!arguments[0].matches("[1-9][0-9]{1,5}")) {
        System.err.println(
            "stream: \"%s\" (expected: how many requests a row, 10 to 999999)"
                .formatted(arguments[0]));
        System.exit(2);
      }
      requests = Integer.parseInt(arguments[0]);
    }
    new Main(System.out, requests).run();
  }

  private void run() throws Exception {
    out.printf(
        "%-10s  %10s  %10s  %10s  %10s  %10s%n",
        "prompt", "direct p50", "Envoy p50", "later p50", "direct p99", "Envoy p99");
    try (RoutedBackend backend = new RoutedBackend(Files.createTempDirectory("sluice-stream"))) {
      for (int kib : PROMPT_KIB) {
        measure(backend, kib);
      }
    }
  }

  private void measure(RoutedBackend backend, int kib) throws IOException, InterruptedException {
    HttpRequest direct = chat(backend.direct("/v1/chat/completions"), kib);
    HttpRequest routed = chat(backend.routed("/v1/chat/completions"), kib);
    List<Duration> directs = new ArrayList<>();
    List<Duration> routeds = new ArrayList<>();
    for (int index = -WARMING; index < requests; index++) {
      Duration one = toFirstChunk(direct);
      Duration other = toFirstChunk(routed);
      if (index >= 0) {
        directs.add(one);
        routeds.add(other);
      }
    }
    directs.sort(null);
    routeds.sort(null);
    out.printf(
        Locale.ROOT,
        "%-10s  %7.2f ms  %7.2f ms  %7.2f ms  %7.2f ms  %7.2f ms%n",
        kib + " KiB",
        millis(directs, 0.5),
        millis(routeds, 0.5),
        millis(routeds, 0.5) - millis(directs, 0.5),
        millis(directs, 0.99),
        millis(routeds, 0.99));
  }

  private static HttpRequest chat(String url, int kib) {
    String body =
        "{\"model\": \"%s\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
            .formatted(RoutedBackend.MODEL, "word ".repeat(kib * 1024 / 5));
    return HttpRequest.newBuilder(URI.create(url))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private Duration toFirstChunk(HttpRequest request) throws IOException, InterruptedException {
    long sent = System.nanoTime();
    try (InputStream stream = client.send(request, BodyHandlers.ofInputStream()).body()) {
      int first = stream.read();
      Duration took = Duration.ofNanos(System.nanoTime() - sent);
      if (first < 0) {
        throw new IOException(request.uri() + ": no chunk (expected: a stream)");
      }
      stream.transferTo(OutputStream.nullOutputStream());
      return took;
    }
  }

  private static double millis(List<Duration> sorted, double quantile) {
    int rank = (int) Math.ceil(quantile * sorted.size()) - 1;
    return sorted.get(rank).toNanos() / 1e6;
  }
}
