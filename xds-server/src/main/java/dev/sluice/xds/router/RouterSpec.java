package dev.sluice.xds.router;

import dev.sluice.model.RouterRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One LLMKube {@code ModelRouter}, with the fields Sluice acts on.
 *
 * @param listen where the fleet's Envoys listen for clients
 * @param backends as declared, in order
 * @param rules as declared, in order: the first that matches decides
 * @param defaultRoute the backend for what no rule matches; without one that is answered with 503
 * @param defaultStrategy how {@code defaultRoute} is preceded by a match on backend names
 * @param guards bounds on what shares may do
 * @param settings what holds for all rules
 */
public record RouterSpec(
    RouterRef ref,
    Listen listen,
    List<Backend> backends,
    List<Rule> rules,
    Optional<String> defaultRoute,
    DefaultStrategy defaultStrategy,
    RouteGuards guards,
    RouterSettings settings) {

  public RouterSpec {
    backends = List.copyOf(backends);
    rules = List.copyOf(rules);
  }

  /** What is done with a request that no rule matches. */
  public enum DefaultStrategy {
    /** {@code defaultRoute}, else 503. */
    STATIC,
    /** A backend whose displayName or name equals the request's model, else as {@code STATIC}. */
    BACKEND_NAME_MATCH
  }

  /**
   * An address to listen on.
   *
   * @param host an IP address, {@code 0.0.0.0} for all
   */
  public record Listen(String host, int port) {
    public Listen {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
      }
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * Bounds on what shares may do to one rule.
   *
   * @param maxMoved the largest fraction of a rule's traffic that may be moved away in total
   */
  public record RouteGuards(double maxMoved) {

    /** No bound but those that always hold. */
    public static final RouteGuards DEFAULT = new RouteGuards(1);

    public RouteGuards {
      if (!(maxMoved > 0 && maxMoved <= 1)) {
        throw new IllegalArgumentException("max-moved: " + maxMoved + " (expected: > 0 and <= 1)");
      }
    }
  }

  /** The backend of this name. */
  public Optional<Backend> backend(String name) {
    return backends.stream().filter(backend -> backend.name().equals(name)).findFirst();
  }

  /**
   * All rules in the order they are tried, with those that {@code defaultStrategy} and {@code
   * defaultRoute} stand for.
   */
  public List<Rule> allRules() {
    List<Rule> all = new ArrayList<>(rules);
    if (defaultStrategy == DefaultStrategy.BACKEND_NAME_MATCH) {
      backends.forEach(backend -> all.add(Rule.forModelId(backend)));
    }
    defaultRoute.ifPresent(name -> all.add(Rule.forDefaultRoute(name)));
    return List.copyOf(all);
  }
}
