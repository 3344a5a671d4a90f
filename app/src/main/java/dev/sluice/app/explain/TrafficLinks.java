package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.Lateness;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** From the verdict to the requests: shares, snapshots, acknowledgements, what was served. */
record TrafficLinks(Chain chain, Sight sight, ServiceRef service) {

  /** How far back the counts of requests reach. */
  private static final Duration SERVED_WINDOW = Duration.ofMinutes(1);

  void add() {
    World world = sight.state().world().orElse(World.EMPTY);
    List<RouterSpec> routers =
        world.routers().values().stream().filter(router -> !backends(router).isEmpty()).toList();
    if (routers.isEmpty()) {
      chain.missing(
          "share",
          "no ModelRouter that Sluice serves has it as a backend: no traffic is moved, work alone"
              + " is deferred",
          "kubectl get modelrouter -A; /debug/status lists what was rejected as problems");
    }
    routers.forEach(this::add);
  }

  private List<Backend> backends(RouterSpec router) {
    return router.backends().stream()
        .filter(backend -> backend.service().filter(service::equals).isPresent())
        .toList();
  }

  private void add(RouterSpec router) {
    List<Backend> ours = backends(router);
    for (Rule rule : router.allRules()) {
      ours.stream()
          .filter(backend -> rule.backends().contains(backend.name()))
          .forEach(backend -> addShare(router, rule, backend));
    }
    new EnvoyLinks(chain, sight, router.ref()).add();
    for (Rule rule : router.allRules()) {
      ours.stream()
          .filter(backend -> rule.answering().contains(backend.name()))
          .forEach(backend -> addServed(router, rule, backend));
    }
  }

  private void addShare(RouterSpec router, Rule rule, Backend backend) {
    RuleShares shares = shares(router.ref(), rule);
    String where = where(router.ref(), rule) + ", backend " + backend.name();
    if (rule.shadows().contains(backend.name())) {
      chain.add("share", Optional.empty(), where + ": gets copies only, nobody reads its answers");
      return;
    }
    Optional<BackendShare> share = shares.backend(backend.name());
    if (share.isPresent()) {
      addShare(router, rule, backend, shares, share.get());
    } else if (rule.strategy() == Rule.Strategy.WEIGHTED && backend.weight() == 0) {
      chain.add("share", Optional.empty(), where + ": declared weight 0, it gets nothing");
    } else {
      chain.missing(
          "share",
          where + ": there is no share: " + sight.unpublished(router.ref()),
          "the router's spec; /debug/status, problems and routers");
    }
  }

  private void addShare(
      RouterSpec router, Rule rule, Backend backend, RuleShares shares, BackendShare share) {
    String replicas =
        share.replicas().isEmpty() ? "" : "; of its replicas " + replicas(share.replicas());
    ObjectNode node =
        chain.add(
            "share",
            shares.changedAt(),
            where(router.ref(), rule)
                + ", backend "
                + backend.name()
                + ": "
                + declared(rule, backend)
                + keeps(share)
                + weight(backend, share)
                + replicas
                + why(shares));
    node.put("router", router.ref().toString())
        .put("rule", rule.name())
        .put("backend", backend.name())
        .put("declaredWeight", backend.weight())
        .put("wanted", share.wanted().value())
        .put("share", share.share().value())
        .put("weight", share.weight());
    ArrayNode guards = node.putArray("guards");
    shares.notes().forEach(guards::add);
  }

  private static String where(RouterRef router, Rule rule) {
    return router + ", rule " + rule.name();
  }

  private static String declared(Rule rule, Backend backend) {
    return switch (rule.strategy()) {
      case WEIGHTED -> "declared weight " + backend.weight();
      case PRIMARY_FALLBACK ->
          "number %d of %d in order"
              .formatted(rule.backends().indexOf(backend.name()) + 1, rule.backends().size());
      case SHADOW -> "the one that answers";
    };
  }

  private static String keeps(BackendShare share) {
    String keeps = ", keeps " + share.share() + " of that";
    return share.wanted().equals(share.share())
        ? keeps
        : keeps + " where its verdict asks for " + share.wanted();
  }

  private String weight(Backend backend, BackendShare share) {
    if (share.weight() > 0) {
      return ": %d of %d".formatted(share.weight(), RuleShares.TOTAL_WEIGHT);
    }
    World world = sight.state().world().orElse(World.EMPTY);
    return world.topology().reaches(backend)
        ? ": in reserve, it gets nothing while those before it work"
        : ": it has no ready endpoint, it gets nothing";
  }

  private static String replicas(Map<String, Share> replicas) {
    return replicas.entrySet().stream()
        .map(replica -> replica.getKey() + " keeps " + replica.getValue())
        .reduce((one, other) -> one + ", " + other)
        .orElse("");
  }

  private static String why(RuleShares shares) {
    StringBuilder why = new StringBuilder();
    shares.notes().forEach(note -> why.append("; guard: ").append(note));
    shares.lateness().map(Lateness::words).ifPresent(words -> why.append("; ").append(words));
    return why.toString();
  }

  private void addServed(RouterSpec router, Rule rule, Backend backend) {
    Requests served = sight.served().of(router.ref());
    OptionalDouble part = served.fraction(rule.name(), backend.name());
    if (part.isEmpty()) {
      addUnserved(router, rule, served);
      return;
    }
    long all =
        served.byRule().getOrDefault(rule.name(), Map.of()).values().stream()
            .mapToLong(Long::longValue)
            .sum();
    String percent = String.format(Locale.ROOT, "%.1f%%", part.getAsDouble() * 100);
    chain
        .add(
            "served",
            Optional.empty(),
            "%s: %s got %s of %d requests in the last minute"
                    .formatted(where(router.ref(), rule), backend.name(), percent, all)
                + (hasJustChanged(router.ref(), rule) ? ", which began before its share" : ""))
        .put("router", router.ref().toString())
        .put("rule", rule.name())
        .put("backend", backend.name())
        .put("servedRatio", part.getAsDouble())
        .put("requests", all)
        .put("window", "1m");
  }

  /** A rule that no request matches is nobody's fault while others of its router have some. */
  private void addUnserved(RouterSpec router, Rule rule, Requests served) {
    String here = sight.around().isShared() ? " here" : "";
    if (served.byRule().values().stream()
        .flatMap(counts -> counts.values().stream())
        .anyMatch(count -> count > 0)) {
      chain.add(
          "served",
          Optional.empty(),
          "%s: no request of the last minute matched it, others had some"
              .formatted(where(router.ref(), rule)));
      return;
    }
    chain.missing(
        "served",
        "%s: no Envoy connected%s has reported a request in the last minute"
            .formatted(where(router.ref(), rule), here),
        "is traffic sent to the Envoys' listener (%s), and does it match the rule?"
            .formatted(router.listen()));
  }

  private boolean hasJustChanged(RouterRef router, Rule rule) {
    return shares(router, rule)
        .changedAt()
        .filter(at -> at.isAfter(sight.now().minus(SERVED_WINDOW)))
        .isPresent();
  }

  private RuleShares shares(RouterRef router, Rule rule) {
    return sight
        .state()
        .shares()
        .getOrDefault(router, RouterShares.NONE)
        .rule(rule.name())
        .orElse(RuleShares.NONE);
  }
}
