package dev.sluice.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.CredentialRef;
import dev.sluice.xds.router.RouterSettings;
import dev.sluice.xds.router.RouterSpec;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is read of a ModelRouter, and what is refused of it. */
class ModelRouterTest {

  private static final String ROUTER =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: chat, namespace: ml%s}
      spec:
        backends:
        - name: cloud
          external: {provider: openai, model: gpt-5%s}
        defaultRoute: cloud
      %s
      """;

  @Test
  void providersHaveTheirDefaults() {
    World world = world("", ", credentialsSecretRef: {name: keys}", "");

    Backend backend = router(world).backends().getFirst();
    assertThat(backend.local()).isFalse();
    assertThat(backend.listedId()).isEqualTo("gpt-5");
    assertThat(backend.external().orElseThrow().url())
        .isEqualTo(URI.create("https://api.openai.com"));
    assertThat(backend.external().orElseThrow().credential())
        .contains(new CredentialRef("ml", "keys", "OPENAI_API_KEY"));
    assertThat(problems(world))
        .containsExactly(
            "spec.backends[0].external.credentialsSecretRef.name: \"keys\" has no key OPENAI_API_KEY"
                + " (expected: a Secret ml/keys with it; until then the backend gets no requests)");
  }

  @Test
  void policyIsReadInFull() {
    World world =
        world(
            ", annotations: {sluice.dev/ca-file: /pki/ca.pem}",
            "",
            """
              proxy: {responseHeaderTimeout: 3s, quarantineDuration: 45s}
              policy:
                classification: {headerKey: x-class, sensitiveClassifications: [Secret]}
                auditLog: {sink: file, filePath: /var/log/audit.log}
                auth:
                  jwt: {issuer: idp, jwksURI: "https://idp/keys", provider: idp, teamClaim: team}
                  allowlists: [{team: research}, {team: support, models: [small]}]
            """);

    assertThat(problems(world)).isEmpty();
    RouterSettings settings = router(world).settings();
    assertThat(settings.responseHeaderTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.quarantine()).isEqualTo(Duration.ofSeconds(45));
    assertThat(settings.classificationHeader()).isEqualTo("x-class");
    assertThat(settings.sensitive()).isEqualTo(Set.of("secret"));
    assertThat(settings.auditLog())
        .contains(new RouterSettings.AuditLog(Optional.of("/var/log/audit.log")));
    assertThat(settings.caFile()).isEqualTo("/pki/ca.pem");
    assertThat(settings.access())
        .contains(
            new RouterSettings.Access(
                "idp",
                URI.create("https://idp/keys"),
                "team",
                "x-llmkube-team",
                List.of(
                    new RouterSettings.Access.Grant("research", List.of()),
                    new RouterSettings.Access.Grant("support", List.of("small")))));
  }

  @Test
  void whatEnvoyCannotKeepIsRefusedByName() {
    World world =
        world(
            "",
            "",
            """
              rules:
              - name: fast
                route: {backends: [cloud]}
              policy:
                classification: {mode: detector}
                budgets: [{name: b, scope: router, maxTokens: 10}]
                auditLog: {sink: otlp}
                auth: {allowlists: [{team: a}]}
              mcpServer: {enabled: true}
            """);

    assertThat(world.routers()).isEmpty();
    assertThat(problems(world))
        .extracting(words -> words.substring(0, words.indexOf(':')))
        .containsExactlyInAnyOrder(
            "spec.policy.classification.mode",
            "spec.policy.budgets",
            "spec.policy.auditLog.sink",
            "spec.policy.auth.jwt",
            "spec.mcpServer.enabled");
  }

  @Test
  void aLatencyTargetBelongsToARuleWithAFallback() {
    World world = latencyRule("200", "primary-fallback");

    assertThat(router(world).rules().getFirst().latencyTarget()).contains(Duration.ofMillis(200));
    assertThat(world.hasLatencyTargets()).isTrue();
  }

  @Test
  void aLatencyTargetIsRefusedWhereNothingCouldHonourIt() {
    assertThat(problems(latencyRule("0", "primary-fallback")))
        .containsExactly(
            "spec.rules[0].match.latencySLOMs: \"0\" (expected: a whole number from 1 to 2147483647)");
    for (String strategy : List.of("weighted", "shadow")) {
      assertThat(problems(latencyRule("200", strategy)))
          .containsExactly(
              "spec.rules[0].match.latencySLOMs: 200 in a rule that has no fallback to promote"
                  + " (expected: strategy primary-fallback and at least two backends)");
    }
  }

  private static World latencyRule(String millis, String strategy) {
    return world(
        "",
        "}\n  - name: spare\n    external: {provider: openai, model: gpt-5",
        """
          rules:
          - name: fast
            match: {latencySLOMs: %s}
            route: {strategy: %s, backends: [cloud, spare]}
        """
            .formatted(millis, strategy));
  }

  @Test
  void signingProvidersNeedAProxy() {
    World world =
        Manifests.NONE
            .read(
                "router.yaml",
                ROUTER
                    .formatted("", ", credentialsSecretRef: {name: keys}", "")
                    .replace("openai", "bedrock"))
            .world();

    assertThat(problems(world))
        .containsExactlyInAnyOrder(
            "spec.backends[0].external.url: missing (expected: a URL, as provider bedrock has no"
                + " default)",
            "spec.backends[0].external.credentialsSecretRef.name: \"keys\" (expected: none: provider"
                + " bedrock signs requests, which Envoy doesn't; put a LiteLLM proxy before it)");
  }

  @Test
  void brokenSecretIsNamedAndNotPrinted() {
    World world =
        Manifests.NONE
            .read(
                "secret.yaml",
                """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: keys, namespace: ml}
                    data: {OPENAI_API_KEY: "sk-not?base64"}
                    """)
            .world();

    assertThat(problems(world))
        .containsExactly("data.OPENAI_API_KEY: not base64 (expected: base64)");
  }

  private static World world(String metadata, String external, String rest) {
    return Manifests.NONE.read("router.yaml", ROUTER.formatted(metadata, external, rest)).world();
  }

  private static RouterSpec router(World world) {
    return Optional.ofNullable(world.routers().get(new RouterRef("ml", "chat"))).orElseThrow();
  }

  private static List<String> problems(World world) {
    return world.problems().stream()
        .map(problem -> problem.field() + ": " + problem.words())
        .toList();
  }
}
