package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The page's Envoys, and what each made of what it was sent. A pure function. */
final class PageProxiesJson {

  private PageProxiesJson() {}

  static ArrayNode of(List<FleetStatus> fleets, List<NodeStatus> waiting) {
    ArrayNode proxies = JsonNodeFactory.instance.arrayNode();
    fleets.forEach(
        fleet -> fleet.nodes().forEach(node -> proxies.add(proxy(node, stateIn(fleet, node)))));
    waiting.forEach(node -> proxies.add(proxy(node, "waiting")));
    fleets.forEach(
        fleet ->
            fleet.rejection().stream()
                .filter(rejection -> isGone(fleet, rejection.node()))
                .forEach(rejection -> proxies.add(gone(fleet, rejection))));
    return proxies;
  }

  private static boolean isGone(FleetStatus fleet, String node) {
    return fleet.nodes().stream().noneMatch(one -> one.nodeId().equals(node));
  }

  private static String stateIn(FleetStatus fleet, NodeStatus node) {
    boolean rejected =
        node.types().values().stream().anyMatch(type -> type.nackWords().isPresent())
            || fleet.rejection().filter(it -> it.node().equals(node.nodeId())).isPresent();
    if (rejected) {
      return "rejected";
    }
    return node.converged() ? "acknowledged" : "pending";
  }

  private static ObjectNode proxy(NodeStatus status, String state) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", status.nodeId())
            .put("fleet", status.cluster())
            .put("state", state)
            .put("since", status.connectedSince().toString());
    ackedAt(status).ifPresent(at -> node.put("ackedAt", at.toString()));
    status.types().values().stream()
        .flatMap(type -> type.nackWords().stream())
        .findFirst()
        .ifPresent(words -> node.put("words", words));
    return node;
  }

  private static Optional<Instant> ackedAt(NodeStatus status) {
    return status.types().values().stream()
        .flatMap(type -> type.ackedAt().stream())
        .max(Comparator.naturalOrder());
  }

  private static ObjectNode gone(FleetStatus fleet, FleetStatus.Rejection rejection) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", rejection.node())
        .put("fleet", fleet.fleet().toString())
        .put("state", "rejected")
        .put("since", rejection.at().toString())
        .put("words", rejection.envoyWords());
  }
}
