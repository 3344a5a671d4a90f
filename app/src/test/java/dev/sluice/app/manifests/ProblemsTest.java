package dev.sluice.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of bad input, and the sentence it ends in. */
class ProblemsTest {

  private static List<String> problemsOf(String file, String text) {
    return Manifests.NONE
        .read("services.yaml", Sample.SERVICES)
        .read("slices.yaml", Sample.SLICES)
        .read(file, text)
        .world()
        .problems()
        .stream()
        .map(Problem::toString)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [a, b]                  | [a, gpu-b]              | router.yaml:18: ModelRouter default/chat: spec.rules[0].route.backends[1]: "gpu-b" (expected: one of a, b, each once)
          strategy: weighted      | strategy: fastest       | router.yaml:19: ModelRouter default/chat: spec.rules[0].route.strategy: "fastest" (expected: one of primary-fallback, shadow, weighted)
          weight: 3               | weight: -1              | router.yaml:11: ModelRouter default/chat: spec.backends[0].weight: "-1" (expected: a whole number from 0 to 2147483647)
          weight: 3               | weight: heavy           | router.yaml:11: ModelRouter default/chat: spec.backends[0].weight: "heavy" (expected: a whole number from 0 to 2147483647)
          weight: 3               | weight: [3]             | router.yaml:11: ModelRouter default/chat: spec.backends[0].weight: a list (expected: a text)
          timeout: 5s             | timeout: soon           | router.yaml:14: ModelRouter default/chat: spec.backends[1].timeout: "soon" (expected: a duration like 30s, 5m, 1h30m or 28d)
          127.0.0.1:10000         | nowhere                 | router.yaml:6: ModelRouter default/chat: metadata.annotations.sluice.dev/listen: "nowhere" (expected: HOST:PORT, like 127.0.0.1:10000)
          defaultRoute: a         | defaultRoute: c         | router.yaml:20: ModelRouter default/chat: spec.defaultRoute: "c" (expected: one of a, b)
          {name: gpu-a}           | {name: gpu-z}           | router.yaml:10: ModelRouter default/chat: spec.backends[0].inferenceServiceRef.name: "gpu-z" (expected: an InferenceService of namespace default: gpu-a, gpu.b)
          name: chat              | name: Chat              | router.yaml:1: ModelRouter default/Chat: ModelRouter name: "Chat" (expected: at most 253 lower-case letters, digits, '-' and '.', starting and ending with a letter or digit)
          name: chat              | nom: chat               | router.yaml:4: ModelRouter: metadata.name: missing (expected: a name)
          kind: ModelRouter       | kinds: ModelRouter      | router.yaml:1: kind: missing (expected: the kind of a Kubernetes object)
          [a, b]                  | [a, b                   | router.yaml:19: not YAML: while parsing a flow sequence: expected ',' or ']', but got : (expected: one or more YAML documents)
          defaultRoute: a         | rules: []               | router.yaml:20: not YAML: key "rules" for the second time (expected: one or more YAML documents)
          """)
  void aBadRouterEndsInOneSentence(String good, String bad, String sentence) {
    assertThat(problemsOf("router.yaml", Sample.ROUTER.replace(good, bad)))
        .containsExactly(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          probe: 2%               | probe: 50%              | slo.yaml:9: InferenceSLO default/gpu-a: spec.onBreach: shares: probe 50%, breached 40%, atRisk 80% (expected: probe <= breached <= atRisk)
          probe: 2%               | probe: 0                | slo.yaml:9: InferenceSLO default/gpu-a: spec.onBreach.shares.probe: "0" (expected: above 0%: without traffic nothing could prove recovery)
          breached: 0.4           | breached: 140%          | slo.yaml:9: InferenceSLO default/gpu-a: spec.onBreach.shares.breached: "140%" (expected: a percentage like 25%, or a number from 0 to 1)
          step: 5s                | step: 0s                | slo.yaml:9: InferenceSLO default/gpu-a: spec.onBreach: step: PT0S (expected: a duration above zero, like 30s)
          minSamples: 5           | clearForCap: 5s         | slo.yaml:10: InferenceSLO default/gpu-a: spec.onBreach.recovery: clearForCap: 5s (expected: at least clearFor, 10s)
          minSamples: 5           | minSamples: 0           | slo.yaml:10: InferenceSLO default/gpu-a: spec.onBreach.recovery.minSamples: "0" (expected: a whole number from 1 to 2147483647)
          dispatch: Admit         | dispatch: Maybe         | slo.yaml:11: InferenceSLO default/gpu-a: spec.onBreach.dispatch: "Maybe" (expected: one of Admit, Defer)
          mode: Observe           | mode: Off               | slo.yaml:7: InferenceSLO default/gpu-a: spec.mode: "Off" (expected: one of Enforce, Observe)
          ttftP99Ms: 500          | ttftP99Ms: 0            | slo.yaml:6: InferenceSLO default/gpu-a: spec.ttftP99Ms: "0" (expected: a whole number from 25 to 120000)
          ttftP99Ms: 500          | errorBudget: 100%       | slo.yaml:6: InferenceSLO default/gpu-a: spec.errorBudget: "100%" (expected: above 0% and at most 50%, like 0.5%)
          mode: Observe           | window: 2d              | slo.yaml:7: InferenceSLO default/gpu-a: spec.window: "2d" (expected: 3d to 90d; below 3d Pyrra rounds the fast alert's short window to 0m)
          ttftP99Ms: 500          | window: 3d              | slo.yaml:5: InferenceSLO default/gpu-a: spec: no target (expected: at least one of ttftP99Ms, errorBudget, minThroughputTokS)
          kind: InferenceService, | kind: Deployment,       | slo.yaml:5: InferenceSLO default/gpu-a: spec.targetRef.kind: "Deployment" (expected: one of InferenceService)
          name: gpu-a}\\n  ttft   | name: gpu-x}\\n  ttft   | slo.yaml:5: InferenceSLO default/gpu-a: spec.targetRef.name: "gpu-x" (expected: an InferenceService of namespace default: gpu-a, gpu.b)
          """)
  void aBadSloEndsInOneSentence(String good, String bad, String sentence) {
    String text = Sample.SLO.replace(good.replace("\\n", "\n"), bad.replace("\\n", "\n"));

    assertThat(problemsOf("slo.yaml", text)).containsExactly(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          window: 3d     | window: soon  | spec.window
          target: "99"   | target: high  | spec.target
          target: "99"   | objective: 99 | spec.target: missing (expected: a percentage without its sign, like "99.5")
          ratio:         | rates:        | spec.indicator: 0 indicators (expected: one of latency, latencyNative, ratio, bool_gauge)
          errors:        | error:        | spec.indicator.ratio.errors.metric: missing (expected: a PromQL selector)
          service: gpu-a | service: none | "none" (expected: an InferenceService of namespace default: gpu-a, gpu.b)
          """)
  void aBadObjectiveEndsInOneSentence(String good, String bad, String part) {
    String slo =
        """
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata:
          name: gpu-a-errors
          labels: {inference.llmkube.dev/inferenceservice: gpu-a}
        spec:
          target: "99"
          window: 3d
          indicator:
            ratio:
              errors: {metric: 'requests_total{code="5xx"}'}
              total: {metric: 'requests_total'}
        """;

    List<String> problems = problemsOf("o.yaml", slo.replace(good, bad));

    assertThat(problemsOf("o.yaml", slo)).isEmpty();
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst())
        .startsWith("o.yaml:")
        .contains("ServiceLevelObjective default/gpu-a-errors: ")
        .contains(part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `name: http, port: 8000` | `name: web, port: 8000`    | slices.yaml:8: EndpointSlice default/gpu-a-x: ports: 2 ports (expected: one of them named http)
          `port: 8000`             | `port: 80000`              | slices.yaml:8: EndpointSlice default/gpu-a-x: ports[0].port: "80000" (expected: a whole number from 1 to 65535)
          `addresses: [127.0.0.1]` | `addresses: []`            | slices.yaml:11: EndpointSlice default/gpu-a-x: endpoints[0].addresses: a list (expected: an address)
          `ready: false`           | `ready: perhaps`           | slices.yaml:14: EndpointSlice default/gpu-a-x: endpoints[1].conditions.ready: "perhaps" (expected: one of false, true)
          """)
  void aBadSliceEndsInOneSentence(String good, String bad, String sentence) {
    assertThat(problemsOf("slices.yaml", Sample.SLICES.replace(good, bad)))
        .containsExactly(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gpu-b} | gpu-c} | router.yaml:13: ModelRouter default/chat: spec.backends[1].inferenceServiceRef.name: "gpu.b" has no endpoints (expected: an EndpointSlice labelled kubernetes.io/service-name: gpu-b)
          """)
  void aBackendWithoutEndpointsIsNamed(String good, String bad, String sentence) {
    List<Problem> problems =
        Manifests.NONE
            .read("services.yaml", Sample.SERVICES)
            .read("slices.yaml", Sample.SLICES.replace(good, bad))
            .read("router.yaml", Sample.ROUTER)
            .world()
            .problems();

    assertThat(problems).extracting(Problem::toString).containsExactly(sentence);
  }

  @ParameterizedTest
  @CsvSource({"router.yaml,other.yaml"})
  void anObjectDeclaredInTwoFilesIsTakenFromTheFirst(String later, String first) {
    World world =
        Manifests.NONE
            .read("services.yaml", Sample.SERVICES)
            .read("slices.yaml", Sample.SLICES)
            .read(first, Sample.ROUTER)
            .read(later, Sample.ROUTER)
            .world();

    assertThat(world.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "router.yaml:1: ModelRouter default/chat: declared a second time (expected: only in"
                + " other.yaml)");
  }
}
