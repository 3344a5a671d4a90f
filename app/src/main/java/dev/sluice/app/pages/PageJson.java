package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.explain.HeldAgent;
import dev.sluice.app.history.Told;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.DecisionId;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the page asks for every two seconds, as JSON. A pure function. */
final class PageJson {

  /** More of them make a page nobody reads; the most urgent are shown. */
  static final int SERVICES = 1000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PageJson() {}

  /** All but the time, so that two of them are equal if nothing happened. */
  static ObjectNode of(PageView view) {
    LoopState state = view.state();
    ObjectNode root =
        JSON.objectNode()
            .put("role", state.role().word())
            .put("serving", state.isServing())
            .put("readiness", Readiness.of(state).words())
            .put("startedAt", state.startedAt().toString())
            .put("historySince", view.since().toString());
    state.observation().ifPresent(last -> root.set("prometheus", prometheus(last)));
    movedAt(state).ifPresent(at -> root.put("movedAt", at.toString()));
    ArrayNode problems = root.putArray("problems");
    world(state).problems().forEach(problem -> problems.add(problem.toString()));
    root.set("counts", counts(state));
    root.set("services", ServicesJson.of(view, SERVICES));
    root.set("routers", RoutersJson.of(view));
    ArrayNode changes = root.putArray("changes");
    view.changes().forEach(change -> changes.add(change(change)));
    root.set("proxies", PageProxiesJson.of(view.fleets(), view.waiting()));
    view.holds().ifPresent(holds -> root.set("holds", holds(holds)));
    return root;
  }

  static World world(LoopState state) {
    return state.world().orElse(World.EMPTY);
  }

  private static ObjectNode prometheus(Observation last) {
    ObjectNode node = JSON.objectNode().put("askedAt", last.at().toString());
    return switch (last) {
      case Observation.Rules _ -> node.put("answered", true);
      case Observation.Failed failed -> node.put("answered", false).put("words", failed.words());
    };
  }

  private static Optional<Instant> movedAt(LoopState state) {
    return state.shares().values().stream()
        .flatMap(router -> router.rules().values().stream())
        .flatMap(rule -> rule.changedAt().stream())
        .max(Comparator.naturalOrder());
  }

  private static ObjectNode counts(LoopState state) {
    Map<VerdictState, Long> counts =
        state.snapshot().services().stream()
            .collect(Collectors.groupingBy(one -> one.verdict().state(), Collectors.counting()));
    ObjectNode node = JSON.objectNode();
    for (VerdictState one : VerdictState.values()) {
      node.put(one.word(), counts.getOrDefault(one, 0L));
    }
    return node;
  }

  private static ObjectNode change(Told change) {
    ObjectNode node =
        JSON.objectNode()
            .put("number", change.number())
            .put("at", change.at().toString())
            .put("kind", change.kind().word())
            .put("subject", change.subject())
            .put("headline", change.headline())
            .put("words", change.words());
    change.state().map(VerdictState::word).ifPresent(word -> node.put("state", word));
    change.decision().map(DecisionId::text).ifPresent(id -> node.put("decision", id));
    return node;
  }

  private static ArrayNode holds(List<HeldAgent> holds) {
    ArrayNode nodes = JSON.arrayNode();
    for (HeldAgent hold : holds) {
      ObjectNode node = nodes.addObject().put("agent", hold.name()).put("by", hold.by());
      hold.until().ifPresent(end -> node.put("until", end.toString()));
    }
    return nodes;
  }

  /** A weight as a part of the rule's requests. */
  static double part(int weight) {
    return weight / (double) RuleShares.TOTAL_WEIGHT;
  }
}
