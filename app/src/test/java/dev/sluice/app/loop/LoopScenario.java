package dev.sluice.app.loop;

import dev.sluice.app.ServiceManifests;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import dev.sluice.model.Verdict;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.resources.ResourceCompiler;
import dev.sluice.xds.shares.BackendShare;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A loop without a thread: events are posted by the second, and what follows is kept. */
abstract class LoopScenario {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final RouterRef CHAT = new RouterRef("default", "chat");
  static final ServiceRef SLOW = new ServiceRef("default", "slow");
  static final ServiceRef FINE = new ServiceRef("default", "fine");

  static final World WORLD =
      Manifests.NONE
          .read("world.yaml", service("slow", 8001) + service("fine", 8002) + router("chat"))
          .world();

  final Core core = new Core(ResourceCompiler::compile, Duration.ofSeconds(10));
  final List<Effect> performed = new ArrayList<>();
  LoopState state = LoopState.leading(SavedState.NONE, START);

  void post(int second, Event event) {
    post(core, second, event);
  }

  void post(Core stepper, int second, Event event) {
    Step step = stepper.step(state, event, at(second));
    state = step.next();
    performed.addAll(step.effects());
  }

  static Instant at(int second) {
    return START.plusSeconds(second);
  }

  List<FleetResources> published() {
    return performed.stream()
        .filter(Effect.PublishFleet.class::isInstance)
        .map(effect -> ((Effect.PublishFleet) effect).resources())
        .toList();
  }

  List<Announcement> announcements() {
    return performed.stream()
        .filter(Effect.Announce.class::isInstance)
        .map(effect -> ((Effect.Announce) effect).announcement())
        .toList();
  }

  Verdict verdict(ServiceRef service) {
    return state.snapshot().find(service).orElseThrow().verdict();
  }

  int weight(String backend) {
    return state.shares().values().stream()
        .flatMap(shares -> shares.rule("all").stream())
        .flatMap(rule -> rule.backend(backend).stream())
        .mapToInt(BackendShare::weight)
        .findFirst()
        .orElseThrow();
  }

  static Observation calm(int second) {
    return Observation.Rules.of(
        at(second), List.of(evidence(SLOW, AlertState.INACTIVE, 0), fine()));
  }

  static Observation breach(int second) {
    return Observation.Rules.of(at(second), List.of(evidence(SLOW, AlertState.FIRING, 50), fine()));
  }

  static Evidence fine() {
    return evidence(FINE, AlertState.INACTIVE, 0);
  }

  static Evidence evidence(ServiceRef service, AlertState fast, double burn) {
    return new Evidence.Measured(
        new ObjectiveRef("default", service.name() + "-errors"),
        new Subject.Whole(service),
        Map.of(BurnRateTier.FAST, fast),
        OptionalDouble.of(burn),
        OptionalDouble.of(100));
  }

  static String service(String name, int port) {
    return ServiceManifests.service(name, port, "3d");
  }

  static String router(String name) {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: ModelRouter
    metadata: {name: %s}
    spec:
      backends:
      - {name: slow, inferenceServiceRef: {name: slow}}
      - {name: fine, inferenceServiceRef: {name: fine}}
      rules:
      - {name: all, route: {backends: [slow, fine], strategy: weighted}}
    ---
    """
        .formatted(name);
  }
}
