package dev.sluice.app.kube;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.FleetStatus.Rejection;
import dev.sluice.xds.serving.NodeStatus;
import dev.sluice.xds.serving.SnapshotVersion;
import dev.sluice.xds.serving.XdsType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** The fleet of default/chat as a test says it is. */
final class FleetScene {

  static final RouterRef CHAT = new RouterRef("default", "chat");

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final AtomicReference<List<FleetStatus>> statuses = new AtomicReference<>(List.of());
  private final AtomicReference<SortedMap<RouterRef, String>> faults =
      new AtomicReference<>(new TreeMap<>());

  /** The router, declared with its one service. */
  static World world() {
    return Manifests.NONE
        .read(
            "all.yaml",
            """
                apiVersion: inference.llmkube.dev/v1alpha1
                kind: InferenceService
                metadata: {name: qwen}
                spec: {modelRef: qwen, replicas: 0}
                ---
                apiVersion: inference.llmkube.dev/v1alpha1
                kind: ModelRouter
                metadata: {name: chat}
                spec:
                  backends: [{name: qwen, inferenceServiceRef: {name: qwen}}]
                  defaultRoute: qwen
                """)
        .world();
  }

  FleetReports reports() {
    return new FleetReports(statuses::get, faults::get, () -> ServedLoad.NONE);
  }

  LiveRouters routers() {
    return new LiveRouters(() -> FleetSummary.of(statuses.get()), faults::get);
  }

  /** A version is published; of {@code all} Envoys the first {@code acknowledged} have it. */
  void has(String version, int acknowledged, int all) {
    say(version, Optional.empty(), nodes(acknowledged, all));
  }

  /** Its only Envoy refuses a version, and goes on with v1. */
  void rejects(String version, String envoyWords) {
    Rejection rejection =
        new Rejection(new SnapshotVersion(version), XdsType.LISTENERS, "envoy-0", envoyWords, NOON);
    say(version, Optional.of(rejection), nodes(1, 1));
  }

  void isNotPublished() {
    statuses.set(List.of());
  }

  void fails(String words) {
    faults.set(new TreeMap<>(Map.of(CHAT, words)));
  }

  private void say(String version, Optional<Rejection> rejection, List<NodeStatus> nodes) {
    Optional<SnapshotVersion> served =
        Optional.of(new SnapshotVersion(rejection.isPresent() ? "v1" : version));
    statuses.set(
        List.of(
            new FleetStatus(CHAT, new SnapshotVersion(version), served, served, rejection, nodes)));
  }

  private static List<NodeStatus> nodes(int acknowledged, int all) {
    List<NodeStatus> nodes = new ArrayList<>();
    for (int index = 0; index < all; index++) {
      nodes.add(
          new NodeStatus("envoy-" + index, CHAT.toString(), NOON, index < acknowledged, Map.of()));
    }
    return nodes;
  }
}
