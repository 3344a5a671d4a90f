package dev.sluice.app.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.explain.Sight;
import dev.sluice.app.explain.Surroundings;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.metrics.Scrapes;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Serves {@code /healthz}, {@code /readyz}, {@code /metrics}, {@code /debug/status}, the other
 * {@link DebugPages} and the page, and takes Prometheus's pushes at {@code /api/v2/alerts}.
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
  private final PageGate gate;
  private final PushReceiver pushes;
  private final PageRoutes page;
  private final Javalin server;

  /**
   * What the pages read.
   *
   * @param fleets what is served
   * @param waiting the nodes nothing is served to yet
   * @param served what Envoys report of their requests
   * @param around what isn't the loop's
   * @param log the last lines of the log
   */
  public record Views(
      Supplier<LoopState> state,
      Supplier<List<FleetStatus>> fleets,
      Supplier<List<NodeStatus>> waiting,
      Supplier<ServedLoad> served,
      PrometheusMeterRegistry metrics,
      Supplier<Surroundings> around,
      Supplier<List<String>> log,
      InstantSource clock) {

    /** Those of a process that lives alone. */
    public Views(
        Supplier<LoopState> state,
        Supplier<List<FleetStatus>> fleets,
        Supplier<List<NodeStatus>> waiting,
        Supplier<ServedLoad> served,
        PrometheusMeterRegistry metrics) {
      this(
          state,
          fleets,
          waiting,
          served,
          metrics,
          () -> Surroundings.ALONE,
          List::of,
          InstantSource.system());
    }

    Sight sight() {
      return new Sight(
          state.get(), fleets.get(), waiting.get(), served.get(), around.get(), clock.instant());
    }
  }

  private StatusServer(
      Views views,
      Optional<Path> tokenFile,
      PushReceiver pushes,
      PageRoutes page,
      String host,
      int port) {
    this.page = page;
    this.views = views;
    this.gate = new PageGate(tokenFile);
    this.pushes = pushes;
    this.server = Javalin.create(this::configure).start(host, port);
  }

  /**
   * Starts listening; what isn't open to all is for this machine alone.
   *
   * @param port 0 for any free one
   * @throws RuntimeException if the address can't be bound
   */
  public static StatusServer start(
      Views views, PushReceiver pushes, PageRoutes page, String host, int port) {
    return start(views, Optional.empty(), pushes, page, host, port);
  }

  /**
   * Starts listening.
   *
   * @param tokenFile the bearer token with which other machines may read what isn't open to all;
   *     without one they may not
   * @param port 0 for any free one
   * @throws RuntimeException if the address can't be bound
   */
  public static StatusServer start(
      Views views,
      Optional<Path> tokenFile,
      PushReceiver pushes,
      PageRoutes page,
      String host,
      int port) {
    return new StatusServer(views, tokenFile, pushes, page, host, port);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.routes.before(gate::guard);
    config.routes.get("/healthz", context -> context.result("ok\n"));
    config.routes.get("/readyz", this::readyz);
    config.routes.get("/metrics", this::metrics);
    config.routes.get("/debug/status", this::status);
    new DebugPages(views::sight, views.log()).register(config);
    page.register(config);
    config.routes.post(PushReceiver.PATH, pushes::receive);
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
        .result(Scrapes.text(views.metrics()));
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
