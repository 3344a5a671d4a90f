package dev.sluice.evaluator.alerts;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.ByteString;

/** A server that answers as it is told, and remembers what it was asked. */
final class FakePrometheus implements AutoCloseable {

  static final String NO_SERIES =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";

  private final MockWebServer server = new MockWebServer();
  private final PrometheusClient client;
  private final List<String> queries = new CopyOnWriteArrayList<>();
  private volatile MockResponse rules = new MockResponse.Builder().code(503).build();
  private volatile MockResponse query = json(NO_SERIES).build();

  FakePrometheus() throws Exception {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }
        });
    server.start();
    client = new PrometheusClient(PrometheusSettings.of(uri()));
  }

  private MockResponse answer(RecordedRequest request) {
    if (request.getUrl().encodedPath().equals("/api/v1/rules")) {
      return rules;
    }
    queries.add(URLDecoder.decode(body(request), StandardCharsets.UTF_8));
    return query;
  }

  private static String body(RecordedRequest request) {
    ByteString body = request.getBody();
    return body == null ? "" : body.utf8();
  }

  private static MockResponse.Builder json(String body) {
    return new MockResponse.Builder().addHeader("Content-Type", "application/json").body(body);
  }

  URI uri() {
    return server.url("/").uri();
  }

  /** Answers {@code /rules} with this body, at this time by its own clock. */
  FakePrometheus rules(String body, Instant serverTime) {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(serverTime.atOffset(ZoneOffset.UTC));
    rules = json(body).setHeader("Date", date).build();
    return this;
  }

  /** Answers {@code /rules} with 503, as before the first body. */
  FakePrometheus refuse() {
    rules = new MockResponse.Builder().code(503).build();
    return this;
  }

  /** Lets whoever asks wait. */
  FakePrometheus silent() {
    rules = json("").headersDelay(1, TimeUnit.MINUTES).build();
    query = rules;
    return this;
  }

  /** Returns once it was asked something. */
  void awaitRequest() throws InterruptedException {
    RecordedRequest _ = server.takeRequest();
  }

  /** Answers {@code /query} with this body. */
  FakePrometheus query(int code, String body) {
    query = json(body).code(code).build();
    return this;
  }

  EvidenceReader reader() {
    return new EvidenceReader(client);
  }

  BudgetReader budgets() {
    return new BudgetReader(client);
  }

  PrometheusClient client() {
    return client;
  }

  /** The queries so far, as forms. */
  List<String> queries() {
    return List.copyOf(queries);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
