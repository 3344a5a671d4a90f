package dev.sluice.lab.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends one streaming chat completion and sees it to its end. Thread-safe; blocks the calling
 * (virtual) thread.
 */
final class ChatClient implements AutoCloseable {

  private static final String DONE = "data: [DONE]";
  // OkHttp walks the whole pool at each release: a big one costs more than reconnecting.
  private static final int IDLE_CONNECTIONS = 100;

  private final LoadPlan plan;
  private final Request request;
  private final OkHttpClient client;

  ChatClient(LoadPlan plan) {
    this.plan = plan;
    this.request =
        new Request.Builder()
            .url(plan.url())
            .headers(Headers.of(plan.headers()))
            .post(RequestBody.create(body(plan.model()), MediaType.get("application/json")))
            .build();
    this.client =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 1, TimeUnit.MINUTES))
            .callTimeout(plan.timeout())
            .readTimeout(plan.timeout())
            // A silent second attempt would hide the failures this client is here to count.
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .build();
  }

  private static String body(String model) {
    ObjectNode root = new ObjectMapper().createObjectNode().put("model", model).put("stream", true);
    root.putArray("messages").addObject().put("role", "user").put("content", "Say something.");
    root.putObject("stream_options").put("include_usage", true);
    return root.toString();
  }

  Outcome send(Instant scheduledAt, long scheduledNanos) {
    Attempt attempt = new Attempt();
    Optional<String> failure;
    try {
      failure = attempt.run();
    } catch (IOException e) {
      failure = Optional.of(reason(attempt, e));
    }
    return new Outcome(
        scheduledAt,
        attempt.servedBy,
        attempt.status,
        Optional.ofNullable(attempt.ttft),
        Duration.ofNanos(System.nanoTime() - scheduledNanos),
        failure);
  }

  /** Messages of network errors name ports and addresses; the type alone keeps the reasons few. */
  private static String reason(Attempt attempt, IOException e) {
    String phase = attempt.status == 0 ? "no answer: " : "broken answer: ";
    return phase + e.getClass().getSimpleName();
  }

  @Override
  public void close() {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }

  /** What is known of one request so far, so that a failure midway loses nothing. */
  private final class Attempt {

    private String servedBy = "-";
    private int status;
    private @Nullable Duration ttft;

    Optional<String> run() throws IOException {
      long sent = System.nanoTime();
      try (Response response = client.newCall(request).execute()) {
        status = response.code();
        servedBy = Objects.requireNonNullElse(response.header("x-served-by"), "-");
        if (!response.isSuccessful()) {
          response.body().bytes(); // to the end, so that the connection can be used again
          return unacceptable();
        }
        boolean complete = readStream(response.body().source(), sent);
        return complete ? unacceptable() : Optional.of("truncated stream");
      }
    }

    private Optional<String> unacceptable() {
      return plan.accepted().test(status) ? Optional.empty() : Optional.of("status " + status);
    }

    private boolean readStream(BufferedSource source, long sent) throws IOException {
      if (source.request(1)) {
        ttft = Duration.ofNanos(System.nanoTime() - sent);
      }
      boolean done = false;
      for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
        done = done || line.equals(DONE);
      }
      return done;
    }
  }
}
