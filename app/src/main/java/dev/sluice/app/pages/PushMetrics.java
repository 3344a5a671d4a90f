package dev.sluice.app.pages;

import io.javalin.http.HttpStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What became of Prometheus's pushes, by the name that Prometheus shows.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>labels</th><th>is</th></tr>
 * <tr><td>{@code sluice_pushes_total}</td><td>outcome</td><td>pushes, by what became of
 * them</td></tr>
 * </table>
 */
public final class PushMetrics {

  /** What became of a push. */
  enum Outcome {
    /** Prometheus is asked at once. */
    ACCEPTED(HttpStatus.OK),
    /** Without our token. */
    UNAUTHORIZED(HttpStatus.UNAUTHORIZED),
    /** From another machine, and no token is configured. */
    FORBIDDEN(HttpStatus.FORBIDDEN),
    /** A body too long to be a push. */
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),
    /** The file that should hold our token can't be read. */
    NO_TOKEN(HttpStatus.SERVICE_UNAVAILABLE);

    private final HttpStatus status;

    Outcome(HttpStatus status) {
      this.status = status;
    }

    HttpStatus status() {
      return status;
    }
  }

  private final Map<Outcome, Counter> pushes = new EnumMap<>(Outcome.class);

  /** Registers the metrics, each outcome at 0. */
  public PushMetrics(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      pushes.put(
          outcome,
          Counter.builder("sluice.pushes")
              .description("Pushes of alerts, by what became of them")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void pushed(Outcome outcome) {
    Objects.requireNonNull(pushes.get(outcome)).increment();
  }
}
