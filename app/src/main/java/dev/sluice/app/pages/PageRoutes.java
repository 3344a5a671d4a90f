package dev.sluice.app.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.history.RulePicture;
import dev.sluice.model.RouterRef;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page at {@code /}, the two JSON documents it reads, and where it sends overrides. Whoever
 * looks and however many they are, the document is made at most once a second.
 *
 * <ul>
 *   <li><i>Thread</i>: the web server's own; reads immutable states only.
 *   <li><i>On failure</i>: what throws answers 500 and is logged; nothing else notices.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
public final class PageRoutes {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Map<String, String> FILES =
      Map.of(
          "/", "index.html",
          "/page.css", "page.css",
          "/page.js", "page.js",
          "/override.js", "override.js",
          "/picture.js", "picture.js",
          "/words.js", "words.js",
          "/dom.js", "dom.js");
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");

  private final Supplier<PageView> view;
  private final Function<RouterRef, SortedMap<String, RulePicture>> pictures;
  private final OverrideRoutes overrides;
  private final InstantSource clock;
  private @Nullable Made last;

  private record Made(Instant at, String tag, ObjectNode document) {}

  /**
   * Routes that aren't registered yet.
   *
   * @param view what is shown now
   * @param pictures of a router's rules, by rule
   * @param overrides where the page may send them
   */
  public PageRoutes(
      Supplier<PageView> view,
      Function<RouterRef, SortedMap<String, RulePicture>> pictures,
      OverrideRoutes overrides,
      InstantSource clock) {
    this.view = view;
    this.pictures = pictures;
    this.overrides = overrides;
    this.clock = clock;
  }

  void register(JavalinConfig config) {
    FILES.forEach(
        (path, file) -> config.routes.get(path, context -> serve(context, file, read(file))));
    config.routes.get("/api/v1/page", this::page);
    config.routes.get("/api/v1/pictures/{namespace}/{router}", this::pictures);
    overrides.register(config);
  }

  private static void serve(Context context, String file, byte[] content) {
    HEADERS.forEach(context::header);
    context.contentType(type(file)).result(content);
  }

  private static String type(String file) {
    String ending = file.substring(file.lastIndexOf('.') + 1);
    return switch (ending) {
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      default -> "text/html; charset=utf-8";
    };
  }

  private static byte[] read(String file) {
    try (InputStream in = PageRoutes.class.getResourceAsStream("/page/" + file)) {
      if (in == null) {
        throw new IllegalStateException("page/" + file + ": not among the resources");
      }
      return in.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void page(Context context) throws JsonProcessingException {
    Made made = made();
    context.header("ETag", made.tag()).header("Cache-Control", "no-cache");
    if (made.tag().equals(context.header("If-None-Match"))) {
      context.status(HttpStatus.NOT_MODIFIED);
      return;
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("now", clock.instant().toString());
    document.put("overridable", overrides.areTaken());
    document.setAll(made.document());
    context.contentType("application/json").result(JSON.writeValueAsString(document));
  }

  private synchronized Made made() {
    Instant now = clock.instant();
    Made known = last;
    if (known != null && now.isBefore(known.at().plus(FRESH))) {
      return known;
    }
    ObjectNode document = PageJson.of(view.get());
    Made made =
        known != null && known.document().equals(document)
            ? new Made(now, known.tag(), known.document())
            : new Made(now, "\"" + Long.toString(now.toEpochMilli(), 36) + "\"", document);
    last = made;
    return made;
  }

  private void pictures(Context context) throws JsonProcessingException {
    RouterRef router = new RouterRef(context.pathParam("namespace"), context.pathParam("router"));
    ObjectNode rules = JsonNodeFactory.instance.objectNode();
    pictures.apply(router).forEach((rule, picture) -> rules.set(rule, picture(picture)));
    context
        .header("Cache-Control", "no-cache")
        .contentType("application/json")
        .result(JSON.writeValueAsString(rules));
  }

  private static ObjectNode picture(RulePicture picture) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode times = node.putArray("times");
    picture.times().forEach(at -> times.add(at.toEpochMilli()));
    ObjectNode lines = node.putObject("backends");
    picture
        .lines()
        .forEach(
            (name, line) -> {
              ObjectNode one = lines.putObject(name);
              one.set("wanted", numbers(line.wanted()));
              one.set("served", numbers(line.served()));
            });
    return node;
  }

  /** Without a value there is null: 0 would say that others got it all. */
  private static ArrayNode numbers(List<Float> values) {
    ArrayNode numbers = JsonNodeFactory.instance.arrayNode();
    values.forEach(
        value -> {
          if (value.isNaN()) {
            numbers.addNull();
          } else {
            numbers.add(Math.round(value * 1000) / 1000.0);
          }
        });
    return numbers;
  }
}
