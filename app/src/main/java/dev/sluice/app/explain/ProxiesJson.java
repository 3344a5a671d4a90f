package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Every Envoy that is connected here: what it was sent, what it said to it, as JSON. Pure. */
public final class ProxiesJson {

  private ProxiesJson() {}

  /** The Envoys by fleet, and those that wait, with the reason. */
  public static ObjectNode of(Sight sight) {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("asked", sight.now().toString())
            .put("role", sight.state().role().word());
    ArrayNode fleets = root.putArray("fleets");
    sight.fleets().forEach(fleet -> put(fleet, fleets.addObject()));
    ArrayNode waiting = root.putArray("waiting");
    sight.waiting().forEach(node -> put(node, waiting.addObject()).put("why", why(node, sight)));
    return root;
  }

  private static void put(FleetStatus fleet, ObjectNode node) {
    node.put("fleet", fleet.fleet().toString()).put("wanted", fleet.wanted().text());
    fleet.served().ifPresent(version -> node.put("served", version.text()));
    ArrayNode nodes = node.putArray("nodes");
    fleet.nodes().forEach(one -> put(one, nodes.addObject()));
  }

  private static ObjectNode put(NodeStatus status, ObjectNode node) {
    node.put("node", status.nodeId())
        .put("fleet", status.cluster())
        .put("connectedSince", status.connectedSince().toString())
        .put("converged", status.converged());
    ArrayNode types = node.putArray("types");
    new TreeMap<>(status.types())
        .forEach(
            (type, progress) -> {
              ObjectNode one = types.addObject().put("type", type.label());
              progress.sentVersion().ifPresent(version -> one.put("sent", version.text()));
              progress.sentAt().ifPresent(at -> one.put("sentAt", at.toString()));
              progress.ackedVersion().ifPresent(version -> one.put("acked", version.text()));
              progress.ackedAt().ifPresent(at -> one.put("ackedAt", at.toString()));
              progress.nackWords().ifPresent(words -> one.put("nack", words));
            });
    return node;
  }

  private static String why(NodeStatus node, Sight sight) {
    World world = sight.state().world().orElse(World.EMPTY);
    Optional<RouterRef> router = find(world.routers().keySet(), node.cluster());
    if (router.isPresent()) {
      return sight.unpublished(router.get());
    }
    Optional<RouterRef> pooled = find(world.pooled().keySet(), node.cluster());
    if (pooled.isPresent()) {
      return String.valueOf(world.pooled().get(pooled.get()));
    }
    List<String> close =
        CloseNames.of(
            node.cluster(), world.routers().keySet().stream().map(RouterRef::toString).toList());
    return "no ModelRouter is called like its node.cluster, \""
        + node.cluster()
        + "\" (expected: "
        + (close.isEmpty() ? "NAMESPACE/ROUTER of one that is served" : String.join(", ", close))
        + ")";
  }

  private static Optional<RouterRef> find(Collection<RouterRef> routers, String name) {
    return routers.stream().filter(router -> router.toString().equals(name)).findFirst();
  }
}
