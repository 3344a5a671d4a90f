package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.xds.load.ServedLoad;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages asked for over the network: from an address of this machine that isn't loopback. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class PageGateIT {

  private static final String FORWARDED = "X-Forwarded-For";

  @TempDir private Path folder;

  @Test
  void withoutATokenOtherMachinesGetHealthAndMetricsAlone() throws Exception {
    try (StatusServer server = server(Optional.empty())) {
      String here = outside();

      assertThat(get(server, here, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(server, here, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(server, here, "/metrics").statusCode()).isEqualTo(200);
      for (String path : List.of("/debug/status", "/debug/top", "/debug//status", "/nosuch")) {
        HttpResponse<String> refused = get(server, here, path, FORWARDED, "127.0.0.1");
        assertThat(refused.statusCode()).as(path).isEqualTo(403);
        assertThat(refused.body()).contains("--http-token-file");
      }
      assertThat(get(server, "127.0.0.1", "/debug/top").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void withTheTokenTheyGetThePagesToo() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    try (StatusServer server = server(Optional.of(token))) {
      String here = outside();

      HttpResponse<String> refused = get(server, here, "/debug/top");
      HttpResponse<String> shown =
          get(server, here, "/debug/top", "Authorization", "Bearer secret");

      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(shown.statusCode()).isEqualTo(200);
      assertThat(get(server, "127.0.0.1", "/debug/top").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPageOfSomebodyElseWhoseNameLeadsHereIsToldWhyAndReadsNothing() throws Exception {
    try (StatusServer server = server(Optional.empty())) {
      for (String path : List.of("/debug/status", "/debug/top", "/nosuch")) {
        String refused = getAs("evil.example:" + server.port(), server, path);

        assertThat(refused).as(path).startsWith("HTTP/1.1 403 ");
        assertThat(body(refused))
            .as(path)
            .isEqualTo(
                "{\"error\":\"Host: \\\"evil.example:%d\\\" (expected: localhost, or an address like 127.0.0.1; any other name needs a token)\"}\n"
                    .formatted(server.port()));
      }
      assertThat(getAs("localhost:" + server.port(), server, "/debug/top"))
          .startsWith("HTTP/1.1 200 ");
      assertThat(getAs("evil.example", server, "/healthz")).startsWith("HTTP/1.1 200 ");
    }
  }

  private static StatusServer server(Optional<Path> token) {
    LoopState state = LoopState.leading(SavedState.NONE, Instant.EPOCH);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return StatusServer.start(
        new StatusServer.Views(() -> state, List::of, List::of, () -> ServedLoad.NONE, registry),
        token,
        new PushReceiver(Optional.empty(), () -> {}, new PushMetrics(registry)),
        NoPage.routes(),
        "0.0.0.0",
        0);
  }

  private static String outside() throws SocketException {
    Optional<String> address =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .filter(one -> !one.isLoopbackAddress() && !one.isLinkLocalAddress())
            .map(InetAddress::getHostAddress)
            .findFirst();
    assumeThat(address).as("an address that isn't loopback").isPresent();
    return address.orElseThrow();
  }

  private static HttpResponse<String> get(
      StatusServer server, String host, String path, String... headers)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + host + ":" + server.port() + path);
      HttpRequest.Builder request = HttpRequest.newBuilder(uri);
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** From loopback, with this {@code Host}, which {@link HttpClient} lets nobody set. */
  private static String getAs(String host, StatusServer server, String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
