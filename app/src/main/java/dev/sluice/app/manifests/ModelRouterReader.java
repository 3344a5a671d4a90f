package dev.sluice.app.manifests;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterCheck;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.RouterSpec.DefaultStrategy;
import dev.sluice.xds.router.RouterSpec.Listen;
import dev.sluice.xds.router.RouterSpec.RouteGuards;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Rule.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an LLMKube ModelRouter.
 *
 * <p>Source of fields and defaults: LLMKube {@code api/v1alpha1/modelrouter_types.go}. The
 * annotations under {@code sluice.dev/} are ours.
 */
final class ModelRouterReader {

  private static final String LISTEN = "sluice.dev/listen";
  private static final String MAX_MOVED = "sluice.dev/max-moved";
  private static final Pattern HOST_PORT = Pattern.compile("\\[?([^\\[\\]]+)\\]?:(\\d{1,5})");
  private static final int DEFAULT_PORT = 8080;
  private static final int MOST_PORT = 65_535;

  private static final Map<String, Strategy> STRATEGIES =
      Map.of(
          "primary-fallback", Strategy.PRIMARY_FALLBACK,
          "weighted", Strategy.WEIGHTED,
          "shadow", Strategy.SHADOW);
  private static final Map<String, DefaultStrategy> DEFAULT_STRATEGIES =
      Map.of(
          "Static", DefaultStrategy.STATIC, "BackendNameMatch", DefaultStrategy.BACKEND_NAME_MATCH);

  private ModelRouterReader() {}

  static Declared read(ObjectId id, Field root) {
    Field spec = root.at("spec");
    Field annotations = root.at("metadata").at("annotations");
    List<Backend> backends =
        spec.at("backends").items().stream().map(item -> BackendReader.read(id, item)).toList();
    List<Rule> rules = spec.at("rules").items().stream().map(ModelRouterReader::rule).toList();
    RouterSpec router =
        new RouterSpec(
            new RouterRef(id.namespace(), id.name()),
            listen(annotations.at(LISTEN), spec.at("endpoint").at("port")),
            backends,
            rules,
            spec.at("defaultRoute").text(),
            spec.at("defaultRouteStrategy").choice(DEFAULT_STRATEGIES, DefaultStrategy.STATIC),
            guards(annotations.at(MAX_MOVED)),
            RouterSettingsReader.read(root));
    if (root.notes().isEmpty()) {
      for (RouterCheck.Problem problem : RouterCheck.problems(router)) {
        root.notes().add(root.node().lineOf(problem.field()), problem.field(), problem.words());
      }
    }
    return new Declared.Router(router);
  }

  private static Listen listen(Field annotation, Field endpointPort) {
    int port = endpointPort.integer(DEFAULT_PORT, 1, MOST_PORT);
    Optional<String> text = annotation.text();
    if (text.isEmpty()) {
      return new Listen("0.0.0.0", port);
    }
    Matcher matcher = HOST_PORT.matcher(text.get());
    if (matcher.matches()) {
      int listenPort = Integer.parseInt(matcher.group(2));
      if (listenPort >= 1 && listenPort <= MOST_PORT) {
        return new Listen(matcher.group(1), listenPort);
      }
    }
    annotation.reject("HOST:PORT, like 127.0.0.1:10000");
    return new Listen("0.0.0.0", port);
  }

  private static RouteGuards guards(Field maxMoved) {
    OptionalDouble fraction = maxMoved.fraction();
    if (fraction.isPresent() && fraction.getAsDouble() == 0) {
      maxMoved.reject("above 0%");
      return RouteGuards.DEFAULT;
    }
    return fraction.isPresent() ? new RouteGuards(fraction.getAsDouble()) : RouteGuards.DEFAULT;
  }

  private static Rule rule(Field item) {
    Field route = item.at("route");
    return new Rule(
        item.at("name").required("a name"),
        match(item.at("match")),
        route.at("backends").texts(),
        route.at("strategy").choice(STRATEGIES, Strategy.PRIMARY_FALLBACK),
        item.at("failClosed").flag(false),
        item.at("timeout").duration(),
        latencyTarget(item.at("match").at("latencySLOMs")));
  }

  private static Optional<Duration> latencyTarget(Field millis) {
    return millis.isPresent()
        ? Optional.of(Duration.ofMillis(millis.integer(1, 1, Integer.MAX_VALUE)))
        : Optional.empty();
  }

  private static Match match(Field match) {
    return new Match(
        match.at("headers").textMap(),
        match.at("models").texts(),
        match.at("dataClassification").texts(),
        match.at("taskComplexity").text(),
        match.at("requiredCapabilities").texts());
  }
}
