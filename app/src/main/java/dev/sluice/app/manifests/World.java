package dev.sluice.app.manifests;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Overrides;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is declared, joined: what there is, what is wished of it, and where it is reached.
 *
 * @param declarations services, objectives and policies, for the judge
 * @param overrides what people have put in the place of verdicts
 * @param routers every accepted ModelRouter
 * @param pooled routers that aren't accepted because a backend is a member of a ModelPool, and why
 * @param topology the endpoints of every service
 * @param problems what was rejected, or leads nowhere; sorted by file and line
 */
public record World(
    Declarations declarations,
    Overrides overrides,
    SortedMap<RouterRef, RouterSpec> routers,
    SortedMap<RouterRef, String> pooled,
    Topology topology,
    List<Problem> problems) {

  /** Nothing declared yet. */
  public static final World EMPTY =
      new World(
          Declarations.NONE,
          Overrides.NONE,
          new TreeMap<>(),
          new TreeMap<>(),
          Topology.of(Map.of()),
          List.of());

  /** With these problems instead. */
  public World withProblems(List<Problem> others) {
    return new World(declarations, overrides, routers, pooled, topology, others);
  }

  /** Whether some rule has a target for its primary's latency. */
  public boolean hasLatencyTargets() {
    return routers.values().stream()
        .flatMap(router -> router.rules().stream())
        .anyMatch(rule -> rule.latencyTarget().isPresent());
  }

  public World {
    routers = Collections.unmodifiableSortedMap(new TreeMap<>(routers));
    pooled = Collections.unmodifiableSortedMap(new TreeMap<>(pooled));
    problems = List.copyOf(problems);
  }
}
