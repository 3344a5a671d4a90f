package dev.sluice.app.explain;

import dev.sluice.app.ServiceManifests;
import dev.sluice.app.loop.Core;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.AlertState;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.resources.ResourceCompiler;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import dev.sluice.xds.serving.SnapshotVersion;
import dev.sluice.xds.serving.XdsType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A process of two services behind one router, of which one is slow; without a thread. */
final class ExplainScene {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final RouterRef CHAT = new RouterRef("default", "chat");
  static final ServiceRef SLOW = new ServiceRef("default", "slow");
  static final ServiceRef FINE = new ServiceRef("default", "fine");
  static final SnapshotVersion OLD = new SnapshotVersion("0000000000000001");
  static final SnapshotVersion NEW = new SnapshotVersion("0000000000000002");

  private static final World WORLD =
      Manifests.NONE
          .read(
              "world.yaml",
              service("slow", 8001)
                  + service("fine", 8002)
                  + """
                  apiVersion: inference.llmkube.dev/v1alpha1
                  kind: ModelRouter
                  metadata: {name: chat}
                  spec:
                    backends:
                    - {name: a, inferenceServiceRef: {name: slow}}
                    - {name: b, inferenceServiceRef: {name: fine}}
                    rules:
                    - {name: all, route: {backends: [a, b], strategy: weighted}}
                  """)
          .world();

  private final Core core = new Core(ResourceCompiler::compile, Duration.ofSeconds(10));
  private final List<FleetStatus> fleets = new ArrayList<>();
  private final List<NodeStatus> waiting = new ArrayList<>();
  private Surroundings around = Surroundings.ALONE;
  private ServedLoad served = ServedLoad.NONE;
  private LoopState state = LoopState.leading(SavedState.NONE, START);

  static ExplainScene empty() {
    return new ExplainScene();
  }

  static ExplainScene calm() {
    return empty().post(0, new Event.WorldChanged(WORLD)).observe(0, AlertState.INACTIVE, 0.2);
  }

  static ExplainScene breached() {
    return calm().observe(10, AlertState.FIRING, 29);
  }

  static ExplainScene following() {
    ExplainScene scene = new ExplainScene();
    scene.state = LoopState.following(START);
    scene.around = new Surroundings(true, Optional.of("sluice-1"), List.of());
    return scene.post(0, new Event.WorldChanged(WORLD));
  }

  ExplainScene post(int second, Event event) {
    state = core.step(state, event, START.plusSeconds(second)).next();
    return this;
  }

  ExplainScene observe(int second, AlertState fast, double burn) {
    return post(
        second,
        new Event.Observed(
            Observation.Rules.of(
                START.plusSeconds(second),
                List.of(evidence(SLOW, fast, burn), evidence(FINE, AlertState.INACTIVE, 0.1)))));
  }

  /** What is left of the slow service's budget. */
  ExplainScene budget(BudgetLeft left) {
    return post(
        15, new Event.BudgetsRead(Map.of(new ObjectiveRef("default", "slow-errors"), left)));
  }

  ExplainScene envoy(NodeStatus... nodes) {
    fleets.add(
        new FleetStatus(
            CHAT, NEW, Optional.of(NEW), Optional.of(NEW), Optional.empty(), List.of(nodes)));
    return this;
  }

  ExplainScene rejectedBy(NodeStatus node, String words) {
    FleetStatus.Rejection rejection =
        new FleetStatus.Rejection(
            NEW, XdsType.LISTENERS, node.nodeId(), words, START.plusSeconds(12));
    fleets.add(
        new FleetStatus(
            CHAT, NEW, Optional.of(OLD), Optional.of(OLD), Optional.of(rejection), List.of(node)));
    return this;
  }

  ExplainScene served(long slow, long fine) {
    return served("all", slow, fine);
  }

  ExplainScene served(String rule, long slow, long fine) {
    served = new ServedLoad(Map.of(CHAT, new Requests(Map.of(rule, Map.of("a", slow, "b", fine)))));
    return this;
  }

  ExplainScene holds(HeldAgent agent) {
    around = new Surroundings(false, Optional.empty(), List.of(agent));
    return this;
  }

  ExplainScene waits(String node, String cluster) {
    waiting.add(new NodeStatus(node, cluster, START, false, Map.of()));
    return this;
  }

  Sight at(int second) {
    return new Sight(state, fleets, waiting, served, around, START.plusSeconds(second));
  }

  static NodeStatus node(String id, boolean converged, NodeStatus.TypeStatus assignments) {
    return new NodeStatus(
        id, CHAT.toString(), START, converged, Map.of(XdsType.ASSIGNMENTS, assignments));
  }

  static NodeStatus.TypeStatus acked(int second) {
    Optional<Instant> at = Optional.of(START.plusSeconds(second));
    return new NodeStatus.TypeStatus(Optional.of(NEW), at, Optional.of(NEW), at, Optional.empty());
  }

  static NodeStatus.TypeStatus nacked(String words) {
    Optional<Instant> at = Optional.of(START.plusSeconds(12));
    return new NodeStatus.TypeStatus(
        Optional.of(NEW), at, Optional.of(OLD), Optional.of(START), Optional.of(words));
  }

  private static Evidence evidence(ServiceRef service, AlertState fast, double burn) {
    return new Evidence.Measured(
        new ObjectiveRef("default", service.name() + "-errors"),
        new Subject.Whole(service),
        Map.of(BurnRateTier.FAST, fast),
        fast == AlertState.INACTIVE
            ? Map.of()
            : Map.of(BurnRateTier.FAST, START.plusSeconds(9).plusMillis(250)),
        OptionalDouble.of(burn),
        OptionalDouble.of(100));
  }

  private static String service(String name, int port) {
    return ServiceManifests.service(name, port, "28d");
  }
}
