package dev.sluice.xds.router;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
      backend.external().ifPresent(external -> external(field + ".external", external));
      RuleCheck.timeout(field + ".timeout", backend.timeout(), this::add);
    }
  }

  private void external(String field, Backend.Upstream.External external) {
    URI url = external.url();
    if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))
        || url.getHost() == null) {
      add(field + ".url", quote(url.toString()) + " (expected: https://HOST, with a path if any)");
    } else if (url.getScheme().equals("http")
        && external.credential().isPresent()
        && !isLoopback(url)) {
      add(field + ".url", quote(url.toString()) + " (expected: https, or the key could be read)");
    }
  }

  private static boolean isLoopback(URI url) {
    return url.getHost().equals("localhost") || url.getHost().startsWith("127.");
  }

  private void rules() {
    Set<String> seen = new HashSet<>(impliedRules());
    RuleCheck check = new RuleCheck(router, this::add);
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
      check.check(field, rule);
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
    return RuleCheck.known(router);
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }
}
