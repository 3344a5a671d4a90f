package dev.sluice.xds.router;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Says what is wrong with a router, each as one sentence that names the field and what would be
 * accepted. A router with a problem isn't compiled; its last good version stays served.
 */
public final class RouterCheck {

  // LLMKube modelrouter_types.go, BackendSpec.Name.
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  // RFC 9110, 5.6.2; Envoy rejects a route that matches on anything else.
  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

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
    check.listen();
    check.backends();
    check.rules();
    check.defaultRoute();
    return List.copyOf(check.problems);
  }

  private void listen() {
    try {
      InetAddress.ofLiteral(router.listen().host());
    } catch (IllegalArgumentException _) {
      add(
          "metadata.annotations.sluice.dev/listen",
          quote(router.listen().host()) + " (expected: an IP address)");
    }
  }

  private void backends() {
    if (router.backends().isEmpty()) {
      add("spec.backends", "none (expected: at least one)");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < router.backends().size(); i++) {
      Backend backend = router.backends().get(i);
      String field = "spec.backends[" + i + "]";
      if (!NAME.matcher(backend.name()).matches() || !seen.add(backend.name())) {
        add(
            field + ".name",
            quote(backend.name())
                + " (expected: a name used once, of at most 63 lower-case letters, digits and '-')");
      }
      if (backend.upstream() instanceof Backend.Upstream.External) {
        add(field + ".external", "not supported yet (expected: inferenceServiceRef)");
      }
      timeout(field, backend.timeout());
    }
  }

  private void rules() {
    Set<String> seen = new HashSet<>(impliedRules());
    for (int i = 0; i < router.rules().size(); i++) {
      Rule rule = router.rules().get(i);
      String field = "spec.rules[" + i + "]";
      if (rule.name().isEmpty() || !seen.add(rule.name())) {
        add(
            field + ".name",
            quote(rule.name())
                + " (expected: a name used once, and not one that Sluice gives: "
                + String.join(", ", impliedRules())
                + ")");
      }
      if (rule.strategy() == Rule.Strategy.SHADOW) {
        add(
            field + ".route.strategy",
            "shadow is not supported yet (expected: primary-fallback or weighted)");
      }
      match(field + ".match", rule.match());
      route(field + ".route", rule);
      timeout(field, rule.timeout());
    }
  }

  /** {@code default-route} is reserved even without one: adding it must not break a rule. */
  private List<String> impliedRules() {
    List<String> implied = new ArrayList<>();
    implied.add(Rule.DEFAULT_ROUTE);
    if (router.defaultStrategy() == RouterSpec.DefaultStrategy.BACKEND_NAME_MATCH) {
      router.backends().forEach(backend -> implied.add(Rule.forModelId(backend).name()));
    }
    return implied;
  }

  private void match(String field, Match match) {
    for (String name : match.headers().keySet()) {
      if (!HEADER.matcher(name).matches()) {
        add(field + ".headers", quote(name) + " (expected: a header's name)");
      }
    }
    for (int i = 0; i < match.models().size(); i++) {
      try {
        ModelGlob.regex(match.models().get(i));
      } catch (IllegalArgumentException malformed) {
        add(field + ".models[" + i + "]", String.valueOf(malformed.getMessage()));
      }
    }
  }

  private void route(String field, Rule rule) {
    if (rule.backends().isEmpty()) {
      add(field + ".backends", "none (expected: at least one of " + known() + ")");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < rule.backends().size(); i++) {
      String name = rule.backends().get(i);
      if (!names.contains(name) || !seen.add(name)) {
        add(
            field + ".backends[" + i + "]",
            quote(name) + " (expected: one of " + known() + ", each once)");
      }
    }
    boolean weightless =
        rule.backends().stream()
            .map(router::backend)
            .flatMap(Optional::stream)
            .allMatch(backend -> backend.weight() == 0);
    if (rule.strategy() == Rule.Strategy.WEIGHTED && weightless) {
      add(field + ".strategy", "weighted with no weight above 0 (expected: at least one)");
    }
  }

  private void timeout(String field, Optional<Duration> timeout) {
    timeout
        .filter(value -> !value.isPositive())
        .ifPresent(value -> add(field + ".timeout", value + " (expected: above zero)"));
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
