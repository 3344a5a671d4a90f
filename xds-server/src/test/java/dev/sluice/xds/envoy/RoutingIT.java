package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.Routers.withDefault;
import static dev.sluice.xds.fixture.RunningFleet.chatBody;
import static dev.sluice.xds.fixture.RunningFleet.servedBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.RouterSpec.DefaultStrategy;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingIT {

  private static final Behaviour FAST = new Behaviour(Duration.ofMillis(1), 1, Duration.ZERO, 0);

  private final FakeLlm a = FakeLlm.start("a", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final FakeLlm b = FakeLlm.start("b", LlmRuntime.LLAMACPP, "qwen", FAST);
  private final Topology topology = RunningFleet.onLoopback(Map.of("a", a.port(), "b", b.port()));
  private RunningFleet fleet;

  @BeforeAll
  void start(@TempDir Path folder) {
    fleet = RunningFleet.start(folder);
  }

  @AfterAll
  void stop() {
    fleet.close();
    a.close();
    b.close();
  }

  @Test
  void firstRuleThatMatchesDecides() {
    serve(
        twoRules(headers(Map.of("X-Tenant", "blue")), Match.ANY),
        DefaultStrategy.STATIC,
        Optional.empty());

    assertThat(servedBy(fleet.chat("qwen", "x-tenant", "blue"))).isEqualTo("a");
    assertThat(servedBy(fleet.chat("qwen", "x-tenant", "red"))).isEqualTo("b");
    assertThat(servedBy(fleet.chat("qwen"))).isEqualTo("b");
  }

  @Test
  void modelGlobsMatchTheBodysModel() {
    serve(
        twoRules(models("qwen*", "meta/[a-m]*"), models("*")),
        DefaultStrategy.STATIC,
        Optional.empty());

    assertThat(servedBy(fleet.chat("qwen2.5-7b"))).isEqualTo("a");
    assertThat(servedBy(fleet.chat("meta/llama"))).isEqualTo("a");
    assertThat(servedBy(fleet.chat("bert"))).isEqualTo("b");
    assertThat(servedBy(fleet.chat("meta/qwen"))).isEqualTo("status 503");
  }

  @Test
  void bodyWithoutAModelHasTheEmptyOne() {
    serve(twoRules(models("qwen"), models("*")), DefaultStrategy.STATIC, Optional.empty());

    assertThat(fleet.post("/v1/chat/completions", "{\"messages\":[]}").headers().map())
        .containsEntry("x-served-by", List.of("b"));
    assertThat(fleet.post("/v1/chat/completions", "no json").headers().map())
        .containsEntry("x-served-by", List.of("b"));
  }

  @Test
  void modelIsReadWhateverTheContentTypeSays() {
    serve(twoRules(models("qwen"), models("*")), DefaultStrategy.STATIC, Optional.empty());

    for (String type : List.of("application/json; charset=utf-8", "text/plain", "")) {
      HttpResponse<String> answer =
          fleet.post("/v1/chat/completions", chatBody("qwen", false), "content-type", type);
      assertThat(servedBy(answer)).as(type).isEqualTo("a");
    }
  }

  @Test
  void modelIsFoundInALongPrompt() {
    serve(twoRules(models("qwen"), models("*")), DefaultStrategy.STATIC, Optional.empty());
    String prompt = "\"" + "x".repeat(8 * 1024 * 1024) + "\"";

    HttpResponse<String> answer =
        fleet.post("/v1/chat/completions", chatBody("qwen", false).replace("\"hi\"", prompt));

    assertThat(servedBy(answer)).isEqualTo("a");
  }

  @Test
  void classificationAndComplexityIgnoreCase() {
    Match match =
        new Match(Map.of(), List.of(), List.of("pii", "secret"), Optional.of("complex"), List.of());
    serve(twoRules(match, Match.ANY), DefaultStrategy.STATIC, Optional.empty());

    assertThat(
            servedBy(
                fleet.chat(
                    "qwen",
                    "x-llmkube-classification",
                    "PII",
                    "x-llmkube-task-complexity",
                    "Complex")))
        .isEqualTo("a");
    assertThat(
            servedBy(
                fleet.chat(
                    "qwen",
                    "x-llmkube-classification",
                    "public",
                    "x-llmkube-task-complexity",
                    "complex")))
        .isEqualTo("b");
  }

  @Test
  void backendsAnswerToTheirNamesAndTheRestGoesToTheDefault() {
    Backend named =
        new Backend(
            "b",
            Optional.of("qwen-big"),
            backend("b", 1).upstream(),
            1,
            true,
            Optional.empty(),
            Set.of(),
            Optional.empty());
    serve(
        router(List.of(backend("a", 1), named)),
        DefaultStrategy.BACKEND_NAME_MATCH,
        Optional.of("a"));

    assertThat(servedBy(fleet.chat("qwen-big"))).isEqualTo("b");
    assertThat(servedBy(fleet.chat("b"))).isEqualTo("a");
  }

  @Test
  void requestThatNoRuleTakesIsToldSoInOpenAisWords() {
    serve(twoRules(models("qwen"), models("llama")), DefaultStrategy.STATIC, Optional.empty());

    HttpResponse<String> answer = fleet.chat("bert");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().map()).containsEntry("content-type", List.of("application/json"));
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":{\"message\":\"no rule of ModelRouter default/chat takes this request\","
                + "\"type\":\"sluice_router_error\"}}");
  }

  @Test
  void onlyTheApisPathsAreRouted() {
    serve(twoRules(Match.ANY, Match.ANY), DefaultStrategy.STATIC, Optional.empty());

    assertThat(fleet.post("/v1/completions", "{\"model\":\"qwen\",\"prompt\":\"hi\"}").statusCode())
        .isEqualTo(200);
    assertThat(fleet.post("/v1/chat/completions/x", "{}").statusCode()).isEqualTo(404);
    assertThat(fleet.get("/metrics").statusCode()).isEqualTo(404);
    assertThat(fleet.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(fleet.get("/v1/models").body())
        .isEqualTo(
            "{\"object\":\"list\",\"data\":["
                + "{\"id\":\"a\",\"object\":\"model\",\"created\":0,\"owned_by\":\"llmkube\"},"
                + "{\"id\":\"b\",\"object\":\"model\",\"created\":0,\"owned_by\":\"llmkube\"}]}");
    assertThat(fleet.get("/v1/models").headers().map())
        .containsEntry("content-type", List.of("application/json"));
  }

  @Test
  void repeatedHeaderMatchesByAnyOfItsValues() {
    serve(
        twoRules(headers(Map.of("x-tenant", "blue")), Match.ANY),
        DefaultStrategy.STATIC,
        Optional.empty());

    assertThat(servedBy(fleet.chat("qwen", "x-tenant", "red", "+x-tenant", "blue"))).isEqualTo("a");
    assertThat(servedBy(fleet.chat("qwen", "x-tenant", "red", "+x-tenant", "green")))
        .isEqualTo("b");
  }

  @Test
  void emptyModelIsMatchedByAStarAlone() {
    serve(twoRules(models("?*", "q*"), models("*")), DefaultStrategy.STATIC, Optional.empty());

    assertThat(servedBy(fleet.chat(""))).isEqualTo("b");
    assertThat(servedBy(fleet.chat("q"))).isEqualTo("a");
  }

  @Test
  void bodiesUpTo32MiBAreTakenAndLongerOnesRefused() {
    serve(twoRules(models("qwen"), models("*")), DefaultStrategy.STATIC, Optional.empty());

    assertThat(servedBy(longChat(20))).isEqualTo("a");
    assertThat(longChat(33).statusCode()).isEqualTo(413);
  }

  private HttpResponse<String> longChat(int mebibytes) {
    // The fake's JSON reader takes no single text of 20 MB.
    String half = "\"" + "x".repeat(mebibytes * 1024 * 1024 / 2) + "\"";
    String body = chatBody("qwen", false).replace("\"hi\"", half);
    return fleet.post(
        "/v1/chat/completions", body.replace("\"stream\"", "\"user\":" + half + ",\"stream\""));
  }

  @Test
  void twoHundredRulesKeepTheirOrder() {
    Rule[] rules = new Rule[200];
    for (int i = 0; i < rules.length; i++) {
      rules[i] =
          rule(
              "rule-" + i,
              Strategy.PRIMARY_FALLBACK,
              models("model-" + i, "late"),
              List.of(i == 0 || i == rules.length - 1 ? "a" : "b"));
    }
    serve(
        router(List.of(backend("a", 1), backend("b", 1)), rules),
        DefaultStrategy.STATIC,
        Optional.empty());

    assertThat(servedBy(fleet.chat("late"))).isEqualTo("a");
    assertThat(servedBy(fleet.chat("model-198"))).isEqualTo("b");
    assertThat(servedBy(fleet.chat("model-199"))).isEqualTo("a");
    assertThat(fleet.chat("model-200").statusCode()).isEqualTo(503);
  }

  @Test
  void ruleWithoutACapableBackendIsPassedOver() {
    Match tools = new Match(Map.of(), List.of(), List.of(), Optional.empty(), List.of("tools"));
    serve(twoRules(tools, Match.ANY), DefaultStrategy.STATIC, Optional.empty());

    assertThat(servedBy(fleet.chat("qwen"))).isEqualTo("b");
  }

  @Test
  void failClosedRuleAnswers503AndReachesNoOtherBackend() {
    Rule closed =
        new Rule(
            "closed",
            Match.ANY,
            List.of("gone"),
            Strategy.PRIMARY_FALLBACK,
            true,
            Optional.empty());
    serve(
        router(
            List.of(backend("gone", 1), backend("a", 1)),
            closed,
            rule("open", Strategy.PRIMARY_FALLBACK, Match.ANY, List.of("a"))),
        DefaultStrategy.STATIC,
        Optional.of("a"));

    HttpResponse<String> answer = fleet.chat("qwen");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("sluice_router_error");
  }

  private void serve(RouterSpec router, DefaultStrategy strategy, Optional<String> defaultRoute) {
    fleet.serve(withDefault(router, strategy, defaultRoute), topology, RouterShares.NONE);
  }

  /** The first match goes to a, the second to b. */
  private static RouterSpec twoRules(Match toA, Match toB) {
    return router(
        List.of(backend("a", 1), backend("b", 1)),
        rule("to-a", Strategy.PRIMARY_FALLBACK, toA, List.of("a")),
        rule("to-b", Strategy.PRIMARY_FALLBACK, toB, List.of("b")));
  }

  private static Match headers(Map<String, String> headers) {
    return new Match(headers, List.of(), List.of(), Optional.empty(), List.of());
  }

  private static Match models(String... globs) {
    return new Match(Map.of(), List.of(globs), List.of(), Optional.empty(), List.of());
  }
}
