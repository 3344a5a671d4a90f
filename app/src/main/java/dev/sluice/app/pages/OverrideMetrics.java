package dev.sluice.app.pages;

import io.javalin.http.HttpStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What became of the overrides that people asked for, by the name that Prometheus shows.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>labels</th><th>is</th></tr>
 * <tr><td>{@code sluice_override_requests_total}</td><td>outcome</td><td>overrides asked for, by
 * what became of them</td></tr>
 * </table>
 */
public final class OverrideMetrics {

  /** What became of a request. */
  enum Outcome {
    /** The override is written. */
    SET(HttpStatus.OK),
    /** What was written before is taken away. */
    TAKEN_BACK(HttpStatus.OK),
    /** Not understood. */
    INVALID(HttpStatus.BAD_REQUEST),
    /** Without our token. */
    UNAUTHORIZED(HttpStatus.UNAUTHORIZED),
    /** From another machine, or no token is configured. */
    FORBIDDEN(HttpStatus.FORBIDDEN),
    /** There is no such service. */
    MISSING(HttpStatus.NOT_FOUND),
    /** Somebody else's override is there. */
    TAKEN(HttpStatus.CONFLICT),
    /** The API server says that we may not. */
    REFUSED(HttpStatus.BAD_GATEWAY),
    /** The file that should hold our token can't be read. */
    NO_TOKEN(HttpStatus.SERVICE_UNAVAILABLE),
    /** The API server doesn't answer. */
    AWAY(HttpStatus.SERVICE_UNAVAILABLE);

    private final HttpStatus status;

    Outcome(HttpStatus status) {
      this.status = status;
    }

    HttpStatus status() {
      return status;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);

  /** Registers the metrics, each outcome at 0. */
  public OverrideMetrics(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      requests.put(
          outcome,
          Counter.builder("sluice.override.requests")
              .description("Overrides that were asked for, by what became of them")
              .tag("outcome", outcome.label())
              .register(registry));
    }
  }

  void asked(Outcome outcome) {
    Objects.requireNonNull(requests.get(outcome)).increment();
  }
}
