package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.loop.LogWords;
import dev.sluice.app.overrides.OverrideOrder;
import dev.sluice.app.overrides.OverrideWriter;
import dev.sluice.app.pages.OverrideGate.Refusal;
import dev.sluice.app.pages.OverrideMetrics.Outcome;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.ServiceRef;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a person overrides a verdict, with a token: {@code PUT} and {@code DELETE} of {@code
 * /api/v1/overrides/NAMESPACE/NAME}. What is written comes back through the same watch as one that
 * was written with kubectl; here nothing is decided.
 *
 * <ul>
 *   <li><i>Thread</i>: any of the web server's, which a write blocks.
 *   <li><i>On failure</i>: answers 4xx, 502 or 503 in words; what was there stays.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
public final class OverrideRoutes {

  private static final String PATH = "/api/v1/overrides/{namespace}/{name}";
  private static final int LONGEST_BODY = 4096;
  private static final Logger log = LoggerFactory.getLogger(OverrideRoutes.class);

  private final OverrideGate gate;
  private final OverrideWriter writer;
  private final OverrideMetrics metrics;
  private final InstantSource clock;

  private record Answer(Outcome outcome, ObjectNode body) {

    static Answer refused(Outcome outcome, String words) {
      return new Answer(outcome, DebugPages.error(words));
    }
  }

  /**
   * Routes that aren't registered yet.
   *
   * @param tokenFile holds the bearer token, and may be rotated; without one nothing is taken
   */
  public OverrideRoutes(
      Optional<Path> tokenFile,
      OverrideWriter writer,
      OverrideMetrics metrics,
      InstantSource clock) {
    this.gate = new OverrideGate(tokenFile);
    this.writer = writer;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Whether the page offers it. */
  boolean areTaken() {
    return gate.tokenFile().isPresent();
  }

  void register(JavalinConfig config) {
    config.routes.put(PATH, context -> answer(context, this::set));
    config.routes.delete(PATH, context -> answer(context, this::takeBack));
  }

  private interface Action {
    Answer on(ServiceRef service, Context context) throws IOException;
  }

  private void answer(Context context, Action action) throws IOException {
    Answer answer = answerTo(context, action);
    Outcome outcome = answer.outcome();
    metrics.asked(outcome);
    tell(context.path(), answer);
    if (outcome == Outcome.UNAUTHORIZED) {
      context.header("WWW-Authenticate", BearerToken.SCHEME);
    }
    DebugPages.write(context, outcome.status(), answer.body());
  }

  private Answer answerTo(Context context, Action action) throws IOException {
    Optional<Refusal> refusal = gate.check(PageGate.Asker.of(context));
    if (refusal.isPresent()) {
      return Answer.refused(refusal.get().outcome(), refusal.get().words());
    }
    Optional<ServiceRef> service =
        ServiceRef.tryOf(context.pathParam("namespace"), context.pathParam("name"));
    return service.isPresent()
        ? action.on(service.get(), context)
        : Answer.refused(Outcome.INVALID, "not a name (expected: NAMESPACE/NAME)");
  }

  private Answer set(ServiceRef service, Context context) throws IOException {
    byte[] body = context.req().getInputStream().readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      return Answer.refused(
          Outcome.INVALID, "the body is too long (expected: " + LONGEST_BODY + " bytes at most)");
    }
    VerdictOverride override;
    try {
      override = OverrideOrder.read(body).from(clock.instant());
    } catch (IllegalArgumentException refused) {
      return Answer.refused(Outcome.INVALID, String.valueOf(refused.getMessage()));
    }
    ObjectNode said =
        said(service)
            .put("state", override.state().word())
            .put("until", override.until().toString())
            .put("reason", override.reason());
    return of(service, writer.set(service, override), new Answer(Outcome.SET, said));
  }

  private Answer takeBack(ServiceRef service, Context context) {
    return of(service, writer.takeBack(service), new Answer(Outcome.TAKEN_BACK, said(service)));
  }

  private static ObjectNode said(ServiceRef service) {
    return JsonNodeFactory.instance.objectNode().put("service", service.toString());
  }

  private static Answer of(ServiceRef service, OverrideWriter.Outcome outcome, Answer done) {
    return switch (outcome) {
      case OverrideWriter.Outcome.Done _ -> done;
      case OverrideWriter.Outcome.Missing _ ->
          Answer.refused(
              Outcome.MISSING,
              "InferenceService " + service + ": not found (expected: one that is there)");
      case OverrideWriter.Outcome.Taken(String words) -> Answer.refused(Outcome.TAKEN, words);
      case OverrideWriter.Outcome.Refused(String words) ->
          Answer.refused(Outcome.REFUSED, "it may not be written: " + words);
      case OverrideWriter.Outcome.Away(String words) ->
          Answer.refused(Outcome.AWAY, "the API server doesn't answer: " + words);
    };
  }

  /** Who looks later finds each, also those that were refused. */
  private static void tell(String path, Answer answer) {
    ObjectNode body = answer.body();
    String service = body.path("service").asText();
    switch (answer.outcome()) {
      case SET ->
          log.info(
              "msg=override-set service={} state={} until={} reason={}",
              service,
              body.path("state").asText(),
              body.path("until").asText(),
              LogWords.quote(body.path("reason").asText()));
      case TAKEN_BACK -> log.info("msg=override-taken-back service={}", service);
      default ->
          log.warn(
              "msg=override-refused path={} outcome={} words={}",
              path,
              answer.outcome().label(),
              LogWords.quote(body.path("error").asText()));
    }
  }
}
