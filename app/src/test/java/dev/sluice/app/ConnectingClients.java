package dev.sluice.app;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Clients that open a connection for each request, one request after the other: whoever moves a
 * Service moves new connections.
 *
 * <p><em>Thread:</em> a virtual one each. <em>On failure:</em> it is noted in words. <em>On
 * shutdown:</em> {@link #stop} awaits the requests under way.
 */
final class ConnectingClients implements AutoCloseable {

  private static final int CLIENTS = 4;
  private static final int TIMEOUT_MS = 10_000;

  private final String url;
  private final byte[] body;
  private final AtomicLong finished = new AtomicLong();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<Thread> threads;
  private volatile boolean isStopped;

  private ConnectingClients(String url, String model) {
    this.url = url;
    body =
        "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}"
            .formatted(model)
            .getBytes(StandardCharsets.UTF_8);
    threads =
        IntStream.range(0, CLIENTS).mapToObj(_ -> Thread.ofVirtual().unstarted(this::run)).toList();
  }

  static ConnectingClients start(String url, String model) {
    ConnectingClients clients = new ConnectingClients(url, model);
    clients.threads.forEach(Thread::start);
    return clients;
  }

  private void run() {
    while (!isStopped) {
      failureOfOne().ifPresent(failures::add);
      finished.incrementAndGet();
    }
  }

  private Optional<String> failureOfOne() {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      int code = connection.getResponseCode();
      if (code != HttpURLConnection.HTTP_OK) {
        return Optional.of("HTTP " + code);
      }
      try (var in = connection.getInputStream()) {
        return in.readAllBytes().length == 0 ? Optional.of("no body") : Optional.empty();
      }
    } catch (IOException failure) {
      return Optional.of(failure.toString());
    }
  }

  long finished() {
    return finished.get();
  }

  long failed() {
    return failures.size();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  void stop() {
    isStopped = true;
    threads.forEach(ConnectingClients::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
