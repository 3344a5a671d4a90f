package dev.sluice.app.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.loop.LoopState;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * Serves {@code /healthz}, {@code /readyz}, {@code /metrics}, {@code /debug/status} and the page,
 * and takes Prometheus's pushes at {@code /api/v2/alerts}.
 *
 * <ul>
 *   <li><i>Thread</i>: the web server's own; reads immutable states only.
 *   <li><i>On failure</i>: a page that throws answers 500 and is logged; nothing else notices.
 *   <li><i>On shutdown</i>: {@link #close} stops listening.
 * </ul>
 */
public final class StatusServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Views views;
  private final PushReceiver pushes;
  private final PageRoutes page;
  private final Javalin server;

  /**
   * What the pages read.
   *
   * @param fleets what is served
   * @param waiting the nodes nothing is served to yet
   * @param served what Envoys report of their requests
   */
  public record Views(
      Supplier<LoopState> state,
      Supplier<List<FleetStatus>> fleets,
      Supplier<List<NodeStatus>> waiting,
      Supplier<ServedLoad> served,
      PrometheusMeterRegistry metrics) {}

  private StatusServer(Views views, PushReceiver pushes, PageRoutes page, String host, int port) {
    this.page = page;
    this.views = views;
    this.pushes = pushes;
    this.server = Javalin.create(this::configure).start(host, port);
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @throws RuntimeException if the address can't be bound
   */
  public static StatusServer start(
      Views views, PushReceiver pushes, PageRoutes page, String host, int port) {
    return new StatusServer(views, pushes, page, host, port);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.routes.get("/healthz", context -> context.result("ok\n"));
    config.routes.get("/readyz", this::readyz);
    config.routes.get("/metrics", this::metrics);
    config.routes.get("/debug/status", this::status);
    page.register(config);
    config.routes.post("/api/v2/alerts", pushes::receive);
  }

  private void readyz(Context context) {
    Readiness readiness = Readiness.of(views.state().get());
    context
        .status(readiness.isReady() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .result(readiness.words() + "\n");
  }

  private void metrics(Context context) {
    context
        .contentType("text/plain; version=0.0.4; charset=utf-8")
        .result(views.metrics().scrape());
  }

  private void status(Context context) throws JsonProcessingException {
    context
        .contentType("application/json")
        .result(
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(
                        StatusJson.of(
                            views.state().get(),
                            views.fleets().get(),
                            views.waiting().get(),
                            views.served().get()))
                + "\n");
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
