package dev.sluice.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Calls to the admin and query interfaces of the parts.
 *
 * <p><em>Thread:</em> any; calls block. <em>On failure:</em> {@link UncheckedIOException} for the
 * network, {@link IllegalStateException} with the answer for any status but 2xx. <em>On
 * shutdown:</em> {@link #close()} drops the idle connections.
 */
final class LocalHttp implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final OkHttpClient client = new OkHttpClient.Builder().callTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();

  String get(HttpUrl url) {
    return send(new Request.Builder().url(url).build());
  }

  JsonNode getJson(HttpUrl url) {
    try {
      return json.readTree(get(url));
    } catch (IOException e) {
      throw new UncheckedIOException("GET %s: the answer is not JSON".formatted(url), e);
    }
  }

  String post(HttpUrl url) {
    return send(new Request.Builder().url(url).post(RequestBody.EMPTY).build());
  }

  /** True if the server answers with 2xx; a refused connection is a plain no. */
  boolean answers(HttpUrl url) {
    try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
      return response.isSuccessful();
    } catch (IOException e) {
      return false;
    }
  }

  private String send(Request request) {
    try (Response response = client.newCall(request).execute()) {
      String body = response.body().string();
      if (!response.isSuccessful()) {
        throw new IllegalStateException(
            "%s %s: status %d: %s"
                .formatted(request.method(), request.url(), response.code(), body.strip()));
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException("%s %s".formatted(request.method(), request.url()), e);
    }
  }

  @Override
  public void close() {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }
}
