package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.xds.load.ServedLoad;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class PushReceiverTest {

  private static final BodyPublisher ALERTS =
      BodyPublishers.ofString("[{\"labels\":{\"alertname\":\"ErrorBudgetBurn\"}}]");

  @TempDir private Path folder;

  private final AtomicInteger wakes = new AtomicInteger();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void aPushOfThisMachineWakesThePoller() throws Exception {
    try (StatusServer server = server(Optional.empty())) {
      HttpResponse<String> answer = push(server, "", ALERTS);

      assertThat(answer.statusCode()).isEqualTo(200);
    }
    assertThat(wakes).hasValue(1);
    assertThat(count("accepted")).isEqualTo(1);
  }

  @Test
  void whateverIsPushedDoesNoMoreThanWakeThePoller() throws Exception {
    try (StatusServer server = server(Optional.empty())) {
      HttpResponse<String> answer = push(server, "", BodyPublishers.ofString("{[,"));

      assertThat(answer.statusCode()).isEqualTo(200);
    }
    assertThat(wakes).hasValue(1);
  }

  @Test
  void aPushWithoutTheTokenIsToldSo() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "secret");
    try (StatusServer server = server(Optional.of(file))) {
      HttpResponse<String> without = push(server, "", ALERTS);
      HttpResponse<String> with = push(server, "Bearer secret", ALERTS);

      assertThat(without.statusCode()).isEqualTo(401);
      assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(without.body()).startsWith("Authorization: missing (expected: Bearer and");
      assertThat(with.statusCode()).isEqualTo(200);
    }
    assertThat(wakes).hasValue(1);
    assertThat(count("unauthorized")).isEqualTo(1);
    assertThat(count("accepted")).isEqualTo(1);
  }

  @Test
  void aBodyBeyondTheBoundIsRefusedWhetherItsLengthIsToldOrNot() throws Exception {
    byte[] tooLong = new byte[PushReceiver.LONGEST_BODY + 1];
    try (StatusServer server = server(Optional.empty())) {
      HttpResponse<String> told = push(server, "", BodyPublishers.ofByteArray(tooLong));
      HttpResponse<String> untold =
          push(server, "", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLong)));

      assertThat(told.statusCode()).isEqualTo(413);
      assertThat(untold.statusCode()).isEqualTo(413);
      assertThat(untold.body()).contains("1048576 bytes at most");
    }
    assertThat(wakes).hasValue(0);
    assertThat(count("too_large")).isEqualTo(2);
  }

  private StatusServer server(Optional<Path> tokenFile) {
    LoopState state = LoopState.leading(SavedState.NONE, Instant.parse("2026-01-01T00:00:00Z"));
    return StatusServer.start(
        new StatusServer.Views(() -> state, List::of, List::of, () -> ServedLoad.NONE, registry),
        new PushReceiver(tokenFile, wakes::incrementAndGet, new PushMetrics(registry)),
        NoPage.routes(),
        "127.0.0.1",
        0);
  }

  private double count(String outcome) {
    return registry.get("sluice.pushes").tag("outcome", outcome).counter().count();
  }

  private static HttpResponse<String> push(
      StatusServer server, String authorization, BodyPublisher body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/api/v2/alerts");
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(body);
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
