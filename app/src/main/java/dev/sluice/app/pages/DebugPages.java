package dev.sluice.app.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.explain.ExplainJson;
import dev.sluice.app.explain.ProxiesJson;
import dev.sluice.app.explain.Sight;
import dev.sluice.app.explain.TopJson;
import dev.sluice.app.support.ProcessJson;
import dev.sluice.app.support.Redaction;
import dev.sluice.model.ServiceRef;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pages that {@code sluice explain}, {@code proxies}, {@code top} and {@code support-bundle}
 * read, as JSON.
 */
final class DebugPages {

  /** All of them are below this. */
  static final String ROOT = "/debug/";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<Sight> sight;
  private final Supplier<List<String>> log;

  DebugPages(Supplier<Sight> sight, Supplier<List<String>> log) {
    this.sight = sight;
    this.log = log;
  }

  void register(JavalinConfig config) {
    config.routes.get(ROOT + "explain/{namespace}/{name}", this::explain);
    config.routes.get(
        ROOT + "proxies", context -> write(context, HttpStatus.OK, ProxiesJson.of(sight.get())));
    config.routes.get(
        ROOT + "top", context -> write(context, HttpStatus.OK, TopJson.of(sight.get())));
    config.routes.get(
        ROOT + "process", context -> write(context, HttpStatus.OK, ProcessJson.now()));
    config.routes.get(ROOT + "log", this::log);
  }

  private void log(Context context) {
    StringBuilder lines = new StringBuilder();
    log.get().forEach(line -> lines.append(Redaction.of(line)).append('\n'));
    context.contentType("application/jsonl").result(lines.toString());
  }

  private void explain(Context context) throws JsonProcessingException {
    Optional<ServiceRef> service =
        ServiceRef.tryOf(context.pathParam("namespace"), context.pathParam("name"));
    Sight now = sight.get();
    if (now.state().world().isEmpty()) {
      write(
          context,
          HttpStatus.SERVICE_UNAVAILABLE,
          error(Readiness.of(now.state()).words() + " (expected: asked again in a moment)"));
    } else if (service.isEmpty()) {
      write(context, HttpStatus.BAD_REQUEST, error("not a name (expected: NAMESPACE/NAME)"));
    } else {
      Optional<ObjectNode> chain = ExplainJson.of(service.get(), now);
      if (chain.isPresent()) {
        write(context, HttpStatus.OK, chain.get());
      } else {
        write(context, HttpStatus.NOT_FOUND, ExplainJson.unknown(service.get(), now));
      }
    }
  }

  static ObjectNode error(String words) {
    return JsonNodeFactory.instance.objectNode().put("error", words);
  }

  static void write(Context context, HttpStatus status, JsonNode page)
      throws JsonProcessingException {
    context
        .status(status)
        .contentType("application/json")
        .result(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(page) + "\n");
  }
}
