package dev.sluice.app.webhook;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.tls.ShownCertificate;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.model.VerdictFeed;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Serves the webhook at {@value #PATH}, over TLS only.
 *
 * <ul>
 *   <li><i>Thread</i>: the web server's own; every answer is from memory.
 *   <li><i>On failure</i>: what can't be read or answered gets a 4xx or 5xx, which the API server
 *       takes for "allowed" by the configuration's {@code failurePolicy: Ignore}. Nothing of a
 *       review is logged.
 *   <li><i>On shutdown</i>: {@link #close} stops listening.
 * </ul>
 */
public final class WebhookServer implements AutoCloseable {

  /** Where reviews are posted to. */
  public static final String PATH = "/dispatch";

  /** A review has two objects, and an API server's objects aim at a few kB. */
  private static final int LONGEST_BODY = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Reviewer reviewer;
  private final WebhookMetrics metrics;
  private final Javalin server;

  private WebhookServer(
      Reviewer reviewer,
      WebhookMetrics metrics,
      ShownCertificate certificate,
      String host,
      int port) {
    this.reviewer = reviewer;
    this.metrics = metrics;
    this.server = Javalin.create(config -> configure(config, certificate, host, port)).start();
  }

  /**
   * What the answers are made from.
   *
   * @param targets follows a task to its services
   * @param meter what was admitted onto services that recover
   */
  public record Sources(
      VerdictFeed verdicts, TargetResolver targets, InstantSource clock, Meter meter) {}

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @throws RuntimeException if the address can't be bound
   */
  public static WebhookServer start(
      Sources sources,
      WebhookMetrics metrics,
      ShownCertificate certificate,
      String host,
      int port) {
    Reviewer reviewer =
        new Reviewer(sources.verdicts(), sources.targets(), sources.clock(), sources.meter());
    return new WebhookServer(reviewer, metrics, certificate, host, port);
  }

  private void configure(
      JavalinConfig config, ShownCertificate certificate, String host, int port) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.jetty.addConnector((jetty, http) -> connector(jetty, http, certificate, host, port));
    config.routes.post(PATH, this::review);
  }

  private static ServerConnector connector(
      Server jetty, HttpConfiguration http, ShownCertificate certificate, String host, int port) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(certificate.context());
    ServerConnector connector = new ServerConnector(jetty, tls, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    return connector;
  }

  private void review(Context context) throws IOException {
    Timer.Sample begun = metrics.begin();
    Optional<Review> review = read(context);
    if (review.isEmpty()) {
      metrics.unreadable();
      context
          .status(HttpStatus.BAD_REQUEST)
          .result(
              "not a review (expected: an AdmissionReview of admission.k8s.io/v1, 1 MiB at most)\n");
      return;
    }
    Answer answer = reviewer.answer(review.get());
    context
        .contentType("application/json")
        .result(JSON.writeValueAsBytes(answer.json(review.get().uid())));
    metrics.answered(review.get().resource(), answer, begun);
  }

  private static Optional<Review> read(Context context) throws IOException {
    byte[] body = context.req().getInputStream().readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      return Optional.empty();
    }
    try {
      return Review.of(JSON.readTree(body));
    } catch (JacksonException _) {
      return Optional.empty();
    }
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
