package dev.sluice.xds.router;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.external;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.Routers.weighted;
import static dev.sluice.xds.fixture.Routers.withDefault;
import static dev.sluice.xds.fixture.Routers.withListen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.xds.router.RouterSpec.DefaultStrategy;
import dev.sluice.xds.router.Rule.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterCheckTest {

  private static final List<Backend> A_AND_B = List.of(backend("a", 1), backend("b", 1));

  @Test
  void soundRouterHasNoProblems() {
    RouterSpec router =
        router(
            A_AND_B,
            rule("first", Strategy.WEIGHTED, Match.ANY, List.of("a", "b")),
            rule("second", Strategy.PRIMARY_FALLBACK, Match.ANY, List.of("b")));

    assertThat(problems(withDefault(router, DefaultStrategy.BACKEND_NAME_MATCH, Optional.of("a"))))
        .isEmpty();
  }

  @Test
  void routerWithoutBackendsIsRefused() {
    assertThat(problems(router(List.of())))
        .contains("spec.backends: none (expected: at least one)");
  }

  @Test
  void backendNamesAreUniqueAndWellFormed() {
    assertThat(problems(router(List.of(backend("a", 1), backend("a", 1), backend("gpu.a", 1)))))
        .containsExactly(
            "spec.backends[1].name: \"a\" (expected: a name used once, of at most 63 lower-case"
                + " letters, digits and '-')",
            "spec.backends[2].name: \"gpu.a\" (expected: a name used once, of at most 63 lower-case"
                + " letters, digits and '-')");
  }

  @Test
  void providersAreNamedByAUrlThatKeepsTheirKeySecret() {
    CredentialRef key = new CredentialRef("default", "keys", "OPENAI_API_KEY");

    assertThat(
            problems(
                router(
                    List.of(
                        external("a", "https://llm.example/v1", Optional.of(key)),
                        external("b", "llm.example", Optional.empty()),
                        external("c", "http://llm.example", Optional.of(key))))))
        .containsExactly(
            "spec.backends[1].external.url: \"llm.example\" (expected: https://HOST, with a path if"
                + " any)",
            "spec.backends[2].external.url: \"http://llm.example\" (expected: https, or the key"
                + " could be read)");
  }

  @Test
  void sensitiveRulesFailClosedAndStayLocal() {
    Match pii = new Match(Map.of(), List.of(), List.of("PII"), Optional.empty(), List.of());
    RouterSpec router =
        router(
            List.of(backend("a", 1), external("cloud", "https://llm.example", Optional.empty())),
            rule("regulated", Strategy.SHADOW, pii, List.of("a", "cloud")));

    assertThat(problems(router))
        .containsExactly(
            "spec.rules[0].failClosed: false in a rule for PII (expected: true)",
            "spec.rules[0].route.backends: \"cloud\" is not local (expected: backends of tier local"
                + " with an inferenceServiceRef, as the rule is for sensitive data)");
  }

  @Test
  void rulesNameKnownBackendsEachOnce() {
    RouterSpec router =
        router(
            A_AND_B,
            rule("first", Strategy.WEIGHTED, Match.ANY, List.of("a", "x", "a")),
            rule("second", Strategy.WEIGHTED, Match.ANY, List.of()));

    assertThat(problems(router))
        .containsExactly(
            "spec.rules[0].route.backends[1]: \"x\" (expected: one of a, b, each once)",
            "spec.rules[0].route.backends[2]: \"a\" (expected: one of a, b, each once)",
            "spec.rules[1].route.backends: none (expected: at least one of a, b)");
  }

  @Test
  void ruleNamesAreUniqueAndNotThoseOfImpliedRules() {
    RouterSpec router =
        router(
            A_AND_B,
            rule("same", Strategy.WEIGHTED, Match.ANY, List.of("a")),
            rule("same", Strategy.WEIGHTED, Match.ANY, List.of("a")),
            rule("model-a", Strategy.WEIGHTED, Match.ANY, List.of("a")),
            rule("default-route", Strategy.WEIGHTED, Match.ANY, List.of("a")));

    assertThat(problems(router))
        .containsExactly(
            "spec.rules[1].name: \"same\" (expected: a name used once, and not one that Sluice"
                + " gives: default-route)",
            "spec.rules[3].name: \"default-route\" (expected: a name used once, and not one that"
                + " Sluice gives: default-route)");
    assertThat(problems(withDefault(router, DefaultStrategy.BACKEND_NAME_MATCH, Optional.empty())))
        .contains(
            "spec.rules[2].name: \"model-a\" (expected: a name used once, and not one that Sluice"
                + " gives: default-route, model-a, model-b)");
  }

  @Test
  void weightedRuleNeedsAWeight() {
    assertThat(problems(weighted(backend("a", 0), backend("b", 0))))
        .containsExactly(
            "spec.rules[0].route.strategy: weighted with no weight above 0 (expected: at least"
                + " one)");
  }

  @Test
  void whatEnvoyWouldRejectIsRefusedHere() {
    Match match =
        new Match(
            Map.of("x tenant", "blue"),
            List.of("qwen*", "[a"),
            List.of(),
            Optional.empty(),
            List.of());
    RouterSpec router =
        router(
            A_AND_B,
            new Rule(
                "first",
                match,
                List.of("a"),
                Strategy.WEIGHTED,
                false,
                Optional.of(Duration.ZERO)));

    assertThat(problems(withListen(router, "localhost", 8080)))
        .containsExactly(
            "metadata.annotations.sluice.dev/listen: \"localhost\" (expected: an IP address)",
            "spec.rules[0].match.headers: \"x tenant\" (expected: a header's name)",
            "spec.rules[0].match.models[1]: \"[a\" (expected: a glob as of Go's path.Match, like"
                + " qwen* or [a-c]*)",
            "spec.rules[0].timeout: 0ms (expected: 100ms to 30m)");
  }

  @Test
  void unknownDefaultRouteIsRefused() {
    RouterSpec router = withDefault(router(A_AND_B), DefaultStrategy.STATIC, Optional.of("x"));

    assertThat(problems(router))
        .containsExactly("spec.defaultRoute: \"x\" (expected: one of a, b)");
  }

  private static List<String> problems(RouterSpec router) {
    return RouterCheck.problems(router).stream().map(RouterCheck.Problem::toString).toList();
  }
}
