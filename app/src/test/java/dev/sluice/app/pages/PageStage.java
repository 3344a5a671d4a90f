package dev.sluice.app.pages;

import dev.sluice.app.ServiceManifests;
import dev.sluice.app.explain.HeldAgent;
import dev.sluice.app.history.History;
import dev.sluice.app.loop.Core;
import dev.sluice.app.loop.Effect;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.loop.Step;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.app.overrides.OverrideWriter;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Overrides;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.resources.ResourceCompiler;
import dev.sluice.xds.shares.RuleShares;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The page over the real step and a clock by hand; Prometheus and the Envoys are made up. */
final class PageStage implements AutoCloseable {

  static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  private final Core core = new Core(ResourceCompiler::compile, Duration.ofSeconds(10));
  private volatile Instant now = START;
  private volatile LoopState state = LoopState.leading(SavedState.NONE, START);
  private volatile ServedLoad served = ServedLoad.NONE;
  private volatile Optional<List<HeldAgent>> holds = Optional.empty();
  private final History history = new History(() -> now, () -> served);
  private final World declared;
  private final Map<ServiceRef, VerdictOverride> overrides = new ConcurrentHashMap<>();
  private final StatusServer server;

  PageStage(String manifests) {
    this(manifests, Optional.empty());
  }

  /** One whose page may override verdicts with the token in this file. */
  PageStage(String manifests, Path token) {
    this(manifests, Optional.of(token));
  }

  private PageStage(String manifests, Optional<Path> token) {
    declared = Manifests.NONE.read("world.yaml", manifests).world();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    server =
        StatusServer.start(
            new StatusServer.Views(() -> state, List::of, List::of, () -> served, registry),
            new PushReceiver(Optional.empty(), () -> {}, new PushMetrics(registry)),
            new PageRoutes(
                this::view,
                history::pictures,
                new OverrideRoutes(token, new Writer(), new OverrideMetrics(registry), () -> now),
                () -> now),
            "127.0.0.1",
            0);
    post(new Event.WorldChanged(declared));
  }

  /** As the cluster does it: what is written is read again. */
  private final class Writer implements OverrideWriter {

    @Override
    public Outcome set(ServiceRef service, VerdictOverride override) {
      overrides.put(service, override);
      return read();
    }

    @Override
    public Outcome takeBack(ServiceRef service) {
      overrides.remove(service);
      return read();
    }

    private Outcome read() {
      now = now.plusSeconds(1);
      post(
          new Event.WorldChanged(
              new World(
                  declared.declarations(),
                  new Overrides(overrides),
                  declared.routers(),
                  declared.pooled(),
                  declared.topology(),
                  declared.problems())));
      return new Outcome.Done();
    }
  }

  PageView view() {
    return new PageView(
        now, state, List.of(), List.of(), served, holds, history.changes(), history.since());
  }

  String url() {
    return "http://127.0.0.1:" + server.port() + "/";
  }

  synchronized void post(Event event) {
    Step step = core.step(state, event, now);
    state = step.next();
    for (Effect effect : step.effects()) {
      if (effect instanceof Effect.Announce(var announcement)) {
        history.tell(announcement);
      }
    }
  }

  void hold(HeldAgent... agents) {
    holds = Optional.of(List.of(agents));
  }

  /** Polls every 10 s for a while, with the same answer; Envoys serve what is wanted. */
  void goOn(Duration lasts, Map<String, Double> burns) {
    Instant end = now.plus(lasts);
    while (now.isBefore(end)) {
      now = now.plusSeconds(10);
      post(new Event.Observed(Observation.Rules.of(now, evidence(burns))));
      served = asWanted();
      history.sample(state);
    }
  }

  void prometheusFails(String words) {
    now = now.plusSeconds(10);
    post(new Event.Observed(new Observation.Failed(now, words)));
  }

  void stop() {
    server.close();
  }

  private static List<Evidence> evidence(Map<String, Double> burns) {
    return new TreeMap<>(burns)
        .entrySet().stream().map(one -> evidence(one.getKey(), one.getValue())).toList();
  }

  private static Evidence evidence(String service, double burn) {
    return new Evidence.Measured(
        new ObjectiveRef("default", service + "-errors"),
        new Subject.Whole(new ServiceRef("default", service)),
        Map.of(BurnRateTier.FAST, burn > 14 ? AlertState.FIRING : AlertState.INACTIVE),
        OptionalDouble.of(burn),
        OptionalDouble.of(100));
  }

  private ServedLoad asWanted() {
    Map<RouterRef, Requests> fleets = new HashMap<>();
    state
        .shares()
        .forEach(
            (ref, router) -> {
              Map<String, Map<String, Long>> rules = new HashMap<>();
              router.rules().forEach((name, rule) -> rules.put(name, weights(rule)));
              fleets.put(ref, new Requests(rules));
            });
    return new ServedLoad(fleets);
  }

  private static Map<String, Long> weights(RuleShares rule) {
    Map<String, Long> weights = new HashMap<>();
    rule.backends().forEach((name, backend) -> weights.put(name, (long) backend.weight()));
    return weights;
  }

  static String service(String name) {
    return ServiceManifests.service(name, 8000, "3d");
  }

  static String router(String name, String one, String other) {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: ModelRouter
    metadata: {name: %1$s}
    spec:
      backends:
      - {name: %2$s, inferenceServiceRef: {name: %2$s}}
      - {name: %3$s, inferenceServiceRef: {name: %3$s}}
      rules:
      - {name: all, route: {backends: [%2$s, %3$s], strategy: weighted}}
    ---
    """
        .formatted(name, one, other);
  }

  @Override
  public void close() {
    server.close();
  }
}
