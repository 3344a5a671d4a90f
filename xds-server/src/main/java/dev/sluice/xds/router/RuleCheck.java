package dev.sluice.xds.router;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@link RouterCheck}, of one rule. */
final class RuleCheck {

  // RFC 9110, 5.6.2; Envoy rejects a route that matches on anything else.
  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  // LLMKube modelrouter_validation.go.
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(30);

  private final RouterSpec router;
  private final BiConsumer<String, String> problems;

  RuleCheck(RouterSpec router, BiConsumer<String, String> problems) {
    this.router = router;
    this.problems = problems;
  }

  void check(String field, Rule rule) {
    match(field + ".match", rule.match());
    if (rule.backends().isEmpty()) {
      add(field + ".route.backends", "none (expected: at least one of " + known(router) + ")");
    } else {
      route(field + ".route", rule);
      sensitive(field, rule);
      healthChecks(field + ".route.backends", rule);
    }
    timeout(field + ".timeout", rule.timeout(), problems);
    rule.latencyTarget()
        .ifPresent(target -> latency(field + ".match.latencySLOMs", rule, target.toMillis()));
  }

  /** LLMKube's CRD: "honored only by the primary-fallback strategy", which promotes a fallback. */
  private void latency(String field, Rule rule, long millis) {
    if (millis < 1) {
      add(field, millis + " (expected: >= 1)");
    }
    if (rule.strategy() != Rule.Strategy.PRIMARY_FALLBACK || rule.backends().size() < 2) {
      add(
          field,
          millis
              + " in a rule that has no fallback to promote (expected: strategy primary-fallback"
              + " and at least two backends)");
    }
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
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < rule.backends().size(); i++) {
      String name = rule.backends().get(i);
      if (router.backend(name).isEmpty() || !seen.add(name)) {
        add(
            field + ".backends[" + i + "]",
            quote(name) + " (expected: one of " + known(router) + ", each once)");
      }
    }
    boolean weightless = backends(rule).stream().allMatch(backend -> backend.weight() == 0);
    if (rule.strategy() == Rule.Strategy.WEIGHTED && weightless) {
      add(field + ".strategy", "weighted with no weight above 0 (expected: at least one)");
    }
  }

  /** LLMKube refuses the same; a copy is a request too. */
  private void sensitive(String field, Rule rule) {
    List<String> classes =
        rule.match().dataClassification().stream()
            .filter(word -> router.settings().sensitive().contains(word.toLowerCase(Locale.ROOT)))
            .toList();
    boolean regulated = !classes.isEmpty();
    if (regulated && !rule.failClosed()) {
      add(
          field + ".failClosed",
          "false in a rule for " + String.join(", ", classes) + " (expected: true)");
    }
    if (regulated || rule.failClosed()) {
      for (Backend backend : backends(rule)) {
        if (!backend.local()) {
          add(
              field + ".route.backends",
              quote(backend.name())
                  + " is not local (expected: backends of tier local with an inferenceServiceRef,"
                  + " as the rule "
                  + (regulated ? "is for sensitive data" : "fails closed")
                  + ")");
        }
      }
    }
  }

  /** A rule is one cluster, and a cluster has one path to check. */
  private void healthChecks(String field, Rule rule) {
    List<Backend.HealthCheck> checks =
        backends(rule).stream()
            .map(Backend::healthCheck)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    if (checks.size() > 1) {
      add(
          field,
          "backends with different healthChecks (expected: the same path, interval and timeout)");
    }
  }

  static void timeout(
      String field, Optional<Duration> timeout, BiConsumer<String, String> problems) {
    timeout
        .filter(value -> value.compareTo(LEAST_TIMEOUT) < 0 || value.compareTo(MOST_TIMEOUT) > 0)
        .ifPresent(
            value -> problems.accept(field, value.toMillis() + "ms (expected: 100ms to 30m)"));
  }

  static String known(RouterSpec router) {
    return router.backends().stream().map(Backend::name).collect(Collectors.joining(", "));
  }

  private List<Backend> backends(Rule rule) {
    return rule.backends().stream().map(router::backend).flatMap(Optional::stream).toList();
  }

  private void add(String field, String words) {
    problems.accept(field, words);
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }
}
