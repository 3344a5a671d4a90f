package dev.sluice.xds.router;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says what is wrong with a router, each as one sentence that names the field and what would be
 * accepted. A router with a problem isn't compiled; its last good version stays served.
 */
public final class RouterCheck {

  private final RouterSpec router;
  private final Set<String> names;
  private final List<Problem> problems = new ArrayList<>();

  private RouterCheck(RouterSpec router) {
    this.router = router;
    this.names = router.backends().stream().map(Backend::name).collect(Collectors.toSet());
  }

  /** A field and what is wrong with it. */
  public record Problem(String field, String words) {
    @Override
    public String toString() {
      return field + ": " + words;
    }
  }

  /** Every problem, in the order of the fields; none if the router can be served. */
  public static List<Problem> problems(RouterSpec router) {
    RouterCheck check = new RouterCheck(router);
    check.backends();
    check.rules();
    check.defaultRoute();
    return List.copyOf(check.problems);
  }

  private void backends() {
    if (router.backends().isEmpty()) {
      add("spec.backends", "none (expected: at least one)");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < router.backends().size(); i++) {
      Backend backend = router.backends().get(i);
      String field = "spec.backends[" + i + "]";
      if (!seen.add(backend.name())) {
        add(field + ".name", quote(backend.name()) + " (expected: a name used once)");
      }
      if (backend.upstream() instanceof Backend.Upstream.External) {
        add(field + ".external", "not supported yet (expected: inferenceServiceRef)");
      }
    }
  }

  private void rules() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < router.rules().size(); i++) {
      Rule rule = router.rules().get(i);
      String field = "spec.rules[" + i + "]";
      if (!seen.add(rule.name()) || rule.name().equals(Rule.DEFAULT_ROUTE)) {
        add(
            field + ".name",
            quote(rule.name()) + " (expected: a name used once, other than default-route)");
      }
      if (rule.strategy() == Rule.Strategy.SHADOW) {
        add(
            field + ".route.strategy",
            "shadow is not supported yet (expected: primary-fallback or weighted)");
      }
      rule(field, rule);
    }
  }

  private void rule(String field, Rule rule) {
    if (rule.backends().isEmpty()) {
      add(field + ".route.backends", "none (expected: at least one of " + known() + ")");
    }
    Set<String> seen = new HashSet<>();
    int weight = 0;
    for (int i = 0; i < rule.backends().size(); i++) {
      String name = rule.backends().get(i);
      weight += router.backend(name).map(Backend::weight).orElse(0);
      if (!names.contains(name) || !seen.add(name)) {
        add(
            field + ".route.backends[" + i + "]",
            quote(name) + " (expected: one of " + known() + ", each once)");
      }
    }
    if (rule.strategy() == Rule.Strategy.WEIGHTED && weight == 0) {
      add(field + ".route.strategy", "weighted with no weight above 0 (expected: at least one)");
    }
  }

  private void defaultRoute() {
    router
        .defaultRoute()
        .filter(name -> !names.contains(name))
        .ifPresent(
            name -> add("spec.defaultRoute", quote(name) + " (expected: one of " + known() + ")"));
  }

  private void add(String field, String words) {
    problems.add(new Problem(field, words));
  }

  private String known() {
    return router.backends().stream().map(Backend::name).collect(Collectors.joining(", "));
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }
}
