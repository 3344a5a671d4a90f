package dev.sluice.lab.llm;

import dev.sluice.lab.FreePorts;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * An LLM backend that generates nothing but behaves like one: OpenAI's chat and text completions
 * (streamed or whole), {@code /v1/models}, {@code /health} and {@code /metrics}, on 127.0.0.1
 * unless told otherwise. Every answer carries {@code x-served-by: <name>}. Any model name is
 * accepted and echoed; the usage chunk is always sent, asked for or not.
 *
 * <p>Headers leave at once and the first token after {@link Behaviour#ttft()}, as a real server
 * does it: whoever measures time to first token by the response's headers is fooled.
 *
 * <p><em>Thread:</em> one virtual thread per request; {@link #behave} may be called from any thread
 * and holds for requests that arrive later. <em>On failure:</em> a port in use throws when
 * starting; a client that goes away is counted as vLLM does it ({@code finished_reason="abort"}).
 * <em>On shutdown:</em> {@link #close()} breaks open streams.
 */
public final class FakeLlm implements AutoCloseable {

  // A prompt may be long; Javalin's own limit is 1 MB.
  private static final String LOOPBACK = "127.0.0.1";
  private static final long LONGEST_REQUEST_BYTES = 64 * 1024 * 1024;

  private final String name;
  private final String host;
  private final int port;
  private final LlmMetrics metrics;
  private final Generator generator;
  private final Map<String, LongAdder> requestsByPath = new ConcurrentHashMap<>();
  private final Javalin server;

  private FakeLlm(
      String name, LlmRuntime runtime, String model, String host, int port, Behaviour behaviour) {
    this.name = name;
    this.host = host;
    this.port = port;
    this.metrics = runtime.metrics(model);
    this.generator = new Generator(metrics, behaviour, name.hashCode());
    this.server = Javalin.create(config -> configure(config, model)).start(host, port);
  }

  /** Starts a backend on a free port. */
  public static FakeLlm start(String name, LlmRuntime runtime, String model, Behaviour behaviour) {
    return start(name, runtime, model, FreePorts.pick(), behaviour);
  }

  /**
   * Starts a backend.
   *
   * @param name value of {@code x-served-by}
   * @param model value of {@code model_name} in vLLM's metrics, and the one entry of {@code
   *     /v1/models}
   */
  public static FakeLlm start(
      String name, LlmRuntime runtime, String model, int port, Behaviour behaviour) {
    return new FakeLlm(name, runtime, model, LOOPBACK, port, behaviour);
  }

  /**
   * Starts a backend on a free port of another address of this machine: an EndpointSlice may not
   * name a loopback address.
   */
  public static FakeLlm startAt(
      String host, String name, LlmRuntime runtime, String model, Behaviour behaviour) {
    return new FakeLlm(name, runtime, model, host, FreePorts.pick(), behaviour);
  }

  private void configure(JavalinConfig config, String model) {
    config.concurrency.useVirtualThreads = true;
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.maxRequestSize = LONGEST_REQUEST_BYTES;
    config.routes.before(this::count);
    config.routes.post("/v1/chat/completions", ctx -> complete(ctx, true));
    config.routes.post("/v1/completions", ctx -> complete(ctx, false));
    config.routes.get("/v1/models", ctx -> json(ctx, 200, CompletionAnswer.models(model)));
    config.routes.get("/health", ctx -> ctx.status(200));
    config.routes.get("/metrics", this::expose);
  }

  private void count(Context ctx) {
    ctx.header("x-served-by", name);
    requestsByPath.computeIfAbsent(ctx.path(), _ -> new LongAdder()).increment();
  }

  private void complete(Context ctx, boolean chat) throws IOException {
    CompletionRequest request;
    try {
      request = CompletionRequest.parse(chat, ctx.body());
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      json(ctx, 400, CompletionAnswer.error("invalid_request_error", message, 400));
      return;
    }
    generator.answer(request, ctx.res());
  }

  private static void json(Context ctx, int status, byte[] body) {
    ctx.status(status).contentType("application/json").result(body);
  }

  private void expose(Context ctx) throws IOException {
    ctx.contentType(PrometheusTextFormatWriter.CONTENT_TYPE);
    PrometheusTextFormatWriter.create()
        .write(ctx.res().getOutputStream(), metrics.registry().scrape());
  }

  /** Switches how requests are answered from now on; those under way finish as they began. */
  public void behave(Behaviour behaviour) {
    generator.behave(behaviour);
  }

  public Behaviour behaviour() {
    return generator.behaviour();
  }

  public String name() {
    return name;
  }

  public int port() {
    return port;
  }

  /** {@code host:port}. */
  public String hostPort() {
    return host + ":" + port;
  }

  /** {@code http://host:port}, without a slash at the end. */
  public String baseUrl() {
    return "http://" + hostPort();
  }

  /** Completions answered in full, of both kinds. */
  public long served() {
    return generator.served();
  }

  /** Completions answered with HTTP 500 by {@link Behaviour#errorRate()}. */
  public long errors() {
    return generator.errors();
  }

  /** Requests that arrived at a path, whatever came of them. */
  public long requests(String path) {
    LongAdder count = requestsByPath.get(path);
    return count == null ? 0 : count.sum();
  }

  @Override
  public void close() {
    server.stop();
  }
}
