package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.PromDuration;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Prometheus's HTTP API, as much as we need of it. Answers are compressed where the server can.
 *
 * <p><em>Thread:</em> any; a call blocks for at most the timeout of the settings. <em>On
 * failure:</em> never throws; a {@link PrometheusAnswer.Refused} says in one sentence what went
 * wrong. <em>On shutdown:</em> {@link #close()} cancels the calls under way.
 */
public final class PrometheusClient implements AutoCloseable {

  private static final int LONGEST_QUOTE = 200;
  private static final int MOST_PEEKED = 1024;

  private final PrometheusSettings settings;
  private final HttpUrl base;
  private final OkHttpClient http;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * Reads the certificates; connects only when asked something.
   *
   * @throws IllegalArgumentException if a certificate or key can't be read; the message names it
   */
  public PrometheusClient(PrometheusSettings settings) {
    this.settings = settings;
    this.base = HttpUrl.get(settings.baseUrl().toString());
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .callTimeout(settings.timeout())
            .connectTimeout(settings.timeout())
            .readTimeout(settings.timeout())
            .followSslRedirects(false);
    TlsFiles.of(settings)
        .ifPresent(tls -> builder.sslSocketFactory(tls.sslSocketFactory(), tls.trustManager()));
    this.http = builder.build();
  }

  /** All alerting rules with their states: {@code GET /api/v1/rules?type=alert}. */
  PrometheusAnswer<List<AlertRule>> alertingRules() {
    HttpUrl url =
        base.newBuilder()
            .addPathSegments("api/v1/rules")
            .addQueryParameter("type", "alert")
            .build();
    return ask(new Request.Builder().url(url), RulesParser::parse);
  }

  /** An instant query, now: {@code POST /api/v1/query}, whose form has no limit of length. */
  PrometheusAnswer<JsonNode> query(String promql) {
    HttpUrl url = base.newBuilder().addPathSegments("api/v1/query").build();
    return ask(
        new Request.Builder().url(url).post(new FormBody.Builder().add("query", promql).build()),
        JsonParser::readValueAsTree);
  }

  /** Reads {@code data}, the parser standing on its first token, to its last token. */
  private interface ContentReader<T> {
    T read(JsonParser data) throws IOException;
  }

  private <T> PrometheusAnswer<T> ask(Request.Builder request, ContentReader<T> reader) {
    Optional<Path> tokenFile = settings.bearerTokenFile();
    if (tokenFile.isPresent()) {
      try {
        String token = Files.readString(tokenFile.get()).strip();
        request.header("Authorization", "Bearer " + token);
      } catch (IOException | IllegalArgumentException unreadable) {
        // Not the exception's own words: they may quote the token.
        return refused(
            "bearer token file "
                + tokenFile.get()
                + ": can't be read (expected: one line of text)");
      }
    }
    try (Response response = http.newCall(request.build()).execute()) {
      return response.isSuccessful() ? read(response, reader) : refused(error(response));
    } catch (IOException failure) {
      return refused(words(failure));
    }
  }

  private String error(Response response) throws IOException {
    String body = response.body().string();
    try {
      return words(response, json.readTree(body).path("error").asText(body));
    } catch (JsonProcessingException notJson) {
      return words(response, body);
    }
  }

  /** As it arrives: the rules of a large fleet are more than a hundred megabytes. */
  private <T> PrometheusAnswer<T> read(Response response, ContentReader<T> reader)
      throws IOException {
    String beginning = response.peekBody(MOST_PEEKED).string();
    String status = "";
    String error = beginning;
    Optional<T> content = Optional.empty();
    try (JsonParser parser = json.createParser(response.body().byteStream())) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          JsonToken value = parser.nextToken();
          switch (field) {
            case "status" -> status = parser.getText();
            case "error" -> error = parser.getText();
            case "data" ->
                content =
                    value == JsonToken.VALUE_NULL ? content : Optional.of(reader.read(parser));
            default -> parser.skipChildren();
          }
        }
      }
    } catch (JsonProcessingException notJson) {
      content = Optional.empty();
    }
    if (!status.equals("success") || content.isEmpty()) {
      return refused(
          "the answer to "
              + response.request().url().encodedPath()
              + " is not Prometheus's JSON; is --prometheus the URL of its API? It begins: "
              + quote(error));
    }
    Optional<Instant> serverTime = Optional.ofNullable(response.headers().getInstant("Date"));
    return new PrometheusAnswer.Data<>(content.get(), serverTime);
  }

  private String words(IOException failure) {
    return switch (failure) {
      case ConnectException _ -> "connection refused; is it running? (--prometheus URL)";
      case UnknownHostException _ ->
          "host \"" + base.host() + "\" not found; is the name right? (--prometheus URL)";
      case InterruptedIOException _ ->
          "no answer within " + PromDuration.format(settings.timeout()) + "; is it overloaded?";
      case SSLException _ ->
          "TLS failed: " + failure.getMessage() + "; is its certificate trusted here?";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static String words(Response response, String reason) {
    String status = "HTTP " + response.code() + " for " + response.request().url().encodedPath();
    return switch (response.code()) {
      case 401, 403 -> status + "; does it want a bearer token? (--prometheus-token-file FILE)";
      case 404 -> status + "; is --prometheus the URL of a Prometheus API?";
      default -> status + ": " + quote(reason);
    };
  }

  private static String quote(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }

  private <T> PrometheusAnswer<T> refused(String words) {
    return new PrometheusAnswer.Refused<>("Prometheus " + settings.baseUrl() + ": " + words);
  }

  /** Breaks off the calls under way; an interrupt would not, a blocking read ignores it. */
  void cancel() {
    http.dispatcher().cancelAll();
  }

  @Override
  public void close() {
    cancel();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
