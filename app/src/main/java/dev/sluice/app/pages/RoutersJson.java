package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.Lateness;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The page's routers: the one whose traffic moved last first. A pure function. */
final class RoutersJson {

  /** More of them make a page nobody reads. */
  static final int ROUTERS = 200;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RoutersJson() {}

  static ObjectNode of(PageView view) {
    TreeSet<RouterRef> refs = new TreeSet<>(view.state().shares().keySet());
    refs.addAll(view.state().faults().keySet());
    ObjectNode node = JSON.objectNode().put("all", refs.size());
    ArrayNode routers = node.putArray("shown");
    List<RouterRef> sorted =
        refs.stream()
            .sorted(Comparator.comparing((RouterRef ref) -> lastMove(view, ref)).reversed())
            .toList();
    sorted.stream().limit(ROUTERS).forEach(ref -> routers.add(router(view, ref)));
    return node;
  }

  private static Instant lastMove(PageView view, RouterRef ref) {
    if (view.state().faults().containsKey(ref)) {
      return Instant.MAX;
    }
    return shares(view, ref).rules().values().stream()
        .flatMap(rule -> rule.changedAt().stream())
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  private static RouterShares shares(PageView view, RouterRef ref) {
    return view.state().shares().getOrDefault(ref, RouterShares.NONE);
  }

  private static ObjectNode router(PageView view, RouterRef ref) {
    ObjectNode node = JSON.objectNode().put("namespace", ref.namespace()).put("name", ref.name());
    Optional.ofNullable(view.state().faults().get(ref)).ifPresent(it -> node.put("fault", it));
    Optional<RouterSpec> spec =
        Optional.ofNullable(PageJson.world(view.state()).routers().get(ref));
    Requests served = view.served().of(ref);
    ArrayNode rules = node.putArray("rules");
    shares(view, ref).rules().forEach((name, rule) -> rules.add(rule(name, rule, spec, served)));
    return node;
  }

  private static ObjectNode rule(
      String name, RuleShares rule, Optional<RouterSpec> spec, Requests served) {
    ObjectNode node = JSON.objectNode().put("name", name);
    rule.changedAt().ifPresent(at -> node.put("changedAt", at.toString()));
    rule.lateness().map(Lateness::words).ifPresent(words -> node.put("latency", words));
    ArrayNode notes = node.putArray("notes");
    rule.notes().forEach(notes::add);
    ArrayNode backends = node.putArray("backends");
    for (Map.Entry<String, BackendShare> entry : rule.backends().entrySet()) {
      ObjectNode backend = backend(entry.getKey(), entry.getValue());
      spec.flatMap(it -> it.backend(entry.getKey()))
          .flatMap(Backend::service)
          .map(ServiceRef::toString)
          .ifPresent(service -> backend.put("service", service));
      served.fraction(name, entry.getKey()).ifPresent(fraction -> backend.put("served", fraction));
      backends.add(backend);
    }
    return node;
  }

  private static ObjectNode backend(String name, BackendShare share) {
    ObjectNode node =
        JSON.objectNode()
            .put("name", name)
            .put("wanted", PageJson.part(share.weight()))
            .put("keeps", share.share().value());
    ArrayNode replicas = node.putArray("replicas");
    share
        .replicas()
        .forEach(
            (replica, part) ->
                replicas.addObject().put("name", replica).put("keeps", part.value()));
    return node;
  }
}
