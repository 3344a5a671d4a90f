package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import dev.sluice.xds.serving.NodeStatus.TypeStatus;
import dev.sluice.xds.serving.SnapshotVersion;
import dev.sluice.xds.serving.XdsType;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a router's Envoys were told, and what they said to it. */
record EnvoyLinks(Chain chain, Sight sight, RouterRef router) {

  /** A fleet may have a thousand Envoys; those that lack something come first. */
  private static final int MOST_ENVOYS = 10;

  void add() {
    Optional<FleetStatus> fleet = sight.fleet(router);
    if (fleet.isEmpty()) {
      chain.missing(
          "snapshot", sight.unpublished(router), "/readyz, and faults of routers in /debug/status");
      return;
    }
    addSnapshot(fleet.get());
    addEnvoys(fleet.get().nodes());
  }

  private void addSnapshot(FleetStatus fleet) {
    long converged = fleet.nodes().stream().filter(NodeStatus::converged).count();
    ObjectNode node =
        chain.add(
            "snapshot",
            fleet.rejection().map(FleetStatus.Rejection::at),
            "%s: wanted %s, %s%s; %d of %d Envoys have what is served"
                .formatted(
                    router,
                    fleet.wanted(),
                    served(fleet),
                    rejected(fleet),
                    converged,
                    fleet.nodes().size()));
    node.put("fleet", router.toString()).put("wanted", fleet.wanted().text());
    fleet.served().ifPresent(version -> node.put("served", version.text()));
    fleet.acknowledged().ifPresent(version -> node.put("acknowledged", version.text()));
    node.put("envoys", fleet.nodes().size()).put("converged", converged);
  }

  private static String served(FleetStatus fleet) {
    if (fleet.served().isEmpty()) {
      return "nothing is served";
    }
    String served =
        fleet.served().get().equals(fleet.wanted()) ? "served" : "served " + fleet.served().get();
    return served
        + (fleet.acknowledged().equals(fleet.served())
            ? ", acknowledged"
            : ", acknowledged "
                + fleet.acknowledged().map(SnapshotVersion::text).orElse("nothing yet"));
  }

  private static String rejected(FleetStatus fleet) {
    return fleet
        .rejection()
        .map(it -> "; " + it.node() + " rejected " + it.version() + ": " + it.envoyWords())
        .orElse("");
  }

  private void addEnvoys(List<NodeStatus> nodes) {
    if (nodes.isEmpty()) {
      chain.missing(
          "ack",
          "no Envoy of fleet " + router + " is connected" + sight.around().here(),
          "./sluice bootstrap " + router + " prints what an Envoy of it is started with");
      return;
    }
    nodes.stream()
        .sorted(Comparator.comparing(NodeStatus::converged).thenComparing(NodeStatus::nodeId))
        .limit(MOST_ENVOYS)
        .forEach(this::addEnvoy);
    if (nodes.size() > MOST_ENVOYS) {
      chain.add(
          "ack",
          Optional.empty(),
          "and " + (nodes.size() - MOST_ENVOYS) + " more; ./sluice proxies lists all");
    }
  }

  private void addEnvoy(NodeStatus node) {
    Optional<Map.Entry<XdsType, TypeStatus>> newest =
        node.types().entrySet().stream()
            .filter(type -> type.getValue().ackedAt().isPresent())
            .max(Comparator.comparing(type -> type.getValue().ackedAt().orElse(Instant.MIN)));
    String last =
        newest
            .map(type -> " last acknowledged %s".formatted(version(type.getKey(), type.getValue())))
            .orElse(" nothing was sent to it since it connected");
    chain
        .add(
            "ack",
            newest
                .flatMap(type -> type.getValue().ackedAt())
                .or(() -> Optional.of(node.connectedSince())),
            "Envoy " + node.nodeId() + ": " + standing(node) + last)
        .put("node", node.nodeId())
        .put("converged", node.converged());
  }

  private static String version(XdsType type, TypeStatus status) {
    return type.label() + " " + status.ackedVersion().map(SnapshotVersion::text).orElse("");
  }

  private static String standing(NodeStatus node) {
    for (Map.Entry<XdsType, TypeStatus> type : new TreeMap<>(node.types()).entrySet()) {
      Optional<String> words = type.getValue().nackWords();
      if (words.isPresent()) {
        return "NACK of " + type.getKey().label() + ": " + words.get() + ";";
      }
    }
    return node.converged() ? "has all of it," : "hasn't acknowledged all of it yet,";
  }
}
