package dev.sluice.xds.router;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One rule: which requests, to which backends, how.
 *
 * @param name unique within the router
 * @param backends names, in order; the order is the priority of {@code PRIMARY_FALLBACK}
 * @param failClosed whether requests fail rather than reach a backend that isn't named here
 * @param timeout to the response's headers, if not the backend's or the router's
 * @param latencyTarget what the primary's first byte must not exceed, in 95 of 100 requests, or its
 *     fallback is promoted
 */
public record Rule(
    String name,
    Match match,
    List<String> backends,
    Strategy strategy,
    boolean failClosed,
    Optional<Duration> timeout,
    Optional<Duration> latencyTarget) {

  /** The name of the rule that {@code spec.defaultRoute} stands for. */
  public static final String DEFAULT_ROUTE = "default-route";

  public Rule {
    backends = List.copyOf(backends);
  }

  /** A rule without a target for its latency. */
  public Rule(
      String name,
      Match match,
      List<String> backends,
      Strategy strategy,
      boolean failClosed,
      Optional<Duration> timeout) {
    this(name, match, backends, strategy, failClosed, timeout, Optional.empty());
  }

  /** The same, with a target for its primary's latency. */
  public Rule withLatencyTarget(Optional<Duration> target) {
    return new Rule(name, match, backends, strategy, failClosed, timeout, target);
  }

  /** How a rule's backends share its requests. */
  public enum Strategy {
    /** The first that works, in order. */
    PRIMARY_FALLBACK,
    /** By declared weight. */
    WEIGHTED,
    /** The first answers, the others get copies. */
    SHADOW
  }

  /** The backends whose answers clients get; of a shadow rule, the first alone. */
  public List<String> answering() {
    return strategy == Strategy.SHADOW
        ? backends.subList(0, Math.min(1, backends.size()))
        : backends;
  }

  /** The backends that get copies, whose answers nobody reads. */
  public List<String> shadows() {
    return strategy == Strategy.SHADOW && backends.size() > 1
        ? backends.subList(1, backends.size())
        : List.of();
  }

  /** What no rule matches goes to this backend. */
  static Rule forDefaultRoute(String backend) {
    return new Rule(
        DEFAULT_ROUTE,
        Match.ANY,
        List.of(backend),
        Strategy.PRIMARY_FALLBACK,
        false,
        Optional.empty());
  }

  /** Requests whose model is the backend's id go to it alone. */
  static Rule forModelId(Backend backend) {
    Match match =
        new Match(
            Map.of(),
            List.of(Match.literal(backend.calledName())),
            List.of(),
            Optional.empty(),
            List.of());
    return new Rule(
        "model-" + backend.name(),
        match,
        List.of(backend.name()),
        Strategy.PRIMARY_FALLBACK,
        false,
        Optional.empty());
  }
}
