package dev.sluice.app.pages;

import dev.sluice.app.pages.PushGate.Refusal;
import dev.sluice.app.pages.PushMetrics.Outcome;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what Prometheus's notifier sends to an Alertmanager, {@code POST /api/v2/alerts}, as a hint
 * that an alert changed: Prometheus is asked at once, and its rules say what is true. The body is
 * read and dropped, so a forged push can't change a verdict and a lost one costs a poll interval.
 *
 * <ul>
 *   <li><i>Thread</i>: any of the web server's; the poll runs on its own.
 *   <li><i>On failure</i>: answers 4xx or 503 in words, and logs the first refusal in a row, since
 *       Prometheus logs the status only. It doesn't try again; the next regular poll sees the
 *       change.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
public final class PushReceiver {

  /** Where Prometheus posts to. */
  static final String PATH = "/api/v2/alerts";

  /**
   * The longest body that is read. Prometheus sends at most 64 alerts at once (2.x) or 256 (3.x,
   * {@code --alertmanager.notification-batch-size}), of about 1 KiB each.
   */
  static final int LONGEST_BODY = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(PushReceiver.class);

  private final PushGate gate;
  private final Runnable wake;
  private final PushMetrics metrics;
  private final AtomicReference<Outcome> last = new AtomicReference<>(Outcome.ACCEPTED);

  /**
   * A receiver for whoever knows the token.
   *
   * @param tokenFile holds the bearer token, and may be rotated; without one only this machine may
   *     push
   * @param wake has Prometheus asked at once; must limit itself, and return at once
   */
  public PushReceiver(Optional<Path> tokenFile, Runnable wake, PushMetrics metrics) {
    this.gate = new PushGate(tokenFile);
    this.wake = wake;
    this.metrics = metrics;
  }

  void receive(Context context) throws IOException {
    Optional<Refusal> refusal = refusal(context);
    if (refusal.isEmpty()) {
      wake.run();
    }
    Outcome outcome = refusal.map(Refusal::outcome).orElse(Outcome.ACCEPTED);
    metrics.pushed(outcome);
    boolean isNews = last.getAndSet(outcome) != outcome;
    refusal.filter(_ -> isNews).ifPresent(PushReceiver::warn);
    if (outcome == Outcome.UNAUTHORIZED) {
      context.header("WWW-Authenticate", BearerToken.SCHEME);
    }
    context.status(outcome.status()).result(refusal.map(Refusal::words).orElse(""));
  }

  private static void warn(Refusal refusal) {
    log.warn(
        "msg=push-refused status={} words=\"{}\"",
        refusal.outcome().status().getCode(),
        refusal.words());
  }

  private Optional<Refusal> refusal(Context context) throws IOException {
    String authorization = Optional.ofNullable(context.header("Authorization")).orElse("");
    Optional<Refusal> refusal = gate.check(context.req().getRemoteAddr(), authorization);
    return refusal.isEmpty() && isTooLong(context)
        ? Optional.of(
            new Refusal(
                Outcome.TOO_LARGE,
                "the body is too long (expected: " + LONGEST_BODY + " bytes at most)"))
        : refusal;
  }

  /** Reads the body to its end, so that the connection can be used again. */
  private static boolean isTooLong(Context context) throws IOException {
    InputStream body = context.req().getInputStream();
    byte[] dropped = new byte[8192];
    int length = 0;
    for (int read = body.read(dropped); read >= 0; read = body.read(dropped)) {
      length += read;
      if (length > LONGEST_BODY) {
        return true;
      }
    }
    return false;
  }
}
