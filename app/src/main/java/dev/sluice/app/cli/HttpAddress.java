package dev.sluice.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the status pages are, and how they are asked for. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class HttpAddress {

  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_HTTP:-127.0.0.1:8081}",
      description = "where Sluice's pages are (default: $SLUICE_HTTP, else 127.0.0.1:8081)")
  private HostPort http;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_HTTP_TOKEN_FILE}",
      description = "a file with the bearer token that sluice run's --http-token-file has")
  private @Nullable Path tokenFile;

  /** What became of a question. */
  sealed interface Reply {
    /** The page. */
    record Page(String text) implements Reply {}

    /** What was asked about isn't there; {@code words} say so. */
    record Absent(String words) implements Reply {}

    /** There is no page to be had; {@code words} name the option and the way out. */
    record Failed(String words) implements Reply {}
  }

  /** Asks for a page; without following redirects, so that the token goes nowhere else. */
  Reply get(String path) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + http + path)).timeout(DEADLINE);
    Path file = tokenFile;
    if (file != null) {
      try {
        request.header("Authorization", "Bearer " + Files.readString(file).strip());
      } catch (IOException | IllegalArgumentException unusable) {
        return new Reply.Failed(
            "--token-file " + file + ": can't be used (expected: one line of text)");
      }
    }
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build()) {
      return reply(
          client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
    } catch (IOException away) {
      return new Reply.Failed(
          "--http " + http + ": can't be reached (expected: a running Sluice's --http)");
    }
  }

  private Reply reply(HttpResponse<String> response) {
    return switch (response.statusCode()) {
      case 200 -> new Reply.Page(response.body());
      case 404 -> new Reply.Absent(error(response));
      default -> new Reply.Failed("--http " + http + ": " + error(response));
    };
  }

  private static String error(HttpResponse<String> response) {
    String status = "answered " + response.statusCode() + " (expected: a Sluice of this version)";
    try {
      String words = JSON.readTree(response.body()).path("error").asText("");
      return words.isEmpty() ? status : words;
    } catch (JsonProcessingException _) {
      return status;
    }
  }

  /**
   * Reads a page of JSON.
   *
   * @throws IllegalArgumentException if it is none
   */
  static JsonNode json(Reply.Page page) {
    try {
      return JSON.readTree(page.text());
    } catch (JsonProcessingException unreadable) {
      throw new IllegalArgumentException("the page isn't JSON", unreadable);
    }
  }

  @Override
  public String toString() {
    return http.toString();
  }
}
