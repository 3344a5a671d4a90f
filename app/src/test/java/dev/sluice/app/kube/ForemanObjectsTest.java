package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.explain.HeldAgent;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.foreman.admission.Target;
import dev.sluice.foreman.admission.TargetResolver.Work;
import dev.sluice.model.ServiceRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForemanObjectsTest {

  private static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  private static final ServiceRef PHI = new ServiceRef("default", "phi");

  private final ForemanObjects foreman = new ForemanObjects();

  private void seen(WatchedKind kind, String name, String rest) {
    GenericKubernetesResource resource =
        Serialization.unmarshal(
            "apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: default%s"
                .formatted(kind.apiVersion(), kind.word(), name, rest),
            GenericKubernetesResource.class);
    foreman.seen(KubeObjectReader.read(kind, resource));
  }

  private void agent(String name, String spec) {
    seen(WatchedKind.AGENT, name, "}\nspec: " + spec);
  }

  private void service(String name, String labels) {
    seen(WatchedKind.SERVICE, name, ", labels: " + labels + "}");
  }

  private static String router(String name, String backends) {
    return """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: ModelRouter
        metadata: {name: %s}
        spec: {backends: [%s], defaultRoute: qwen}
        """
        .formatted(name, backends);
  }

  @BeforeEach
  void routersAndServicesAreThere() {
    String qwen = "{name: qwen, inferenceServiceRef: {name: qwen}}";
    String phi = "{name: phi, inferenceServiceRef: {name: phi}}";
    String cloud =
        "{name: cloud, external: {provider: openai, model: gpt-5,"
            + " credentialsSecretRef: {name: keys}}}";
    foreman.read(
        Manifests.NONE
            .read("local.yaml", router("chat", qwen + ", " + phi))
            .read("mixed.yaml", router("mixed", qwen + ", " + cloud))
            .world());
    service("qwen", "{inference.llmkube.dev/service: qwen}");
    service("phi-metal", "{llmkube.ai/inference-service: phi}");
    service("chat-router-proxy", "{inference.llmkube.dev/model-router: chat}");
    service("mixed-router-proxy", "{inference.llmkube.dev/model-router: mixed}");
    service("gone-router-proxy", "{inference.llmkube.dev/model-router: gone}");
    service("litellm", "{app: litellm}");
  }

  @Test
  void aLocalAgentIsFollowedToItsService() {
    agent("coder", "{inferenceServiceRef: {name: qwen}}");

    assertThat(foreman.agent("default", "coder")).isEqualTo(Target.service(QWEN));
  }

  @Test
  void heldAgentsAreListedWithTheServicesTheirWorkLandsOn() {
    agent("free", "{inferenceServiceRef: {name: qwen}}");
    seen(
        WatchedKind.AGENT,
        "coder",
        ", annotations: {sluice.dev/held-until: '2026-01-01T00:00:00Z'}}\nspec:"
            + " {inferenceServiceRef: {name: qwen}, requiredCapability: {nodeSelector:"
            + " {sluice.dev/held-by: d1}}}");

    assertThat(foreman.held())
        .containsExactly(
            new HeldAgent(
                "default/coder",
                "d1",
                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                List.of(QWEN)));
  }

  @Test
  void aTaskIsFollowedToItsAgentsServiceAndKeepsItsPriority() {
    agent("coder", "{inferenceServiceRef: {name: qwen}}");
    seen(WatchedKind.AGENTIC_TASK, "fix-1", "}\nspec: {agentRef: {name: coder}, priority: 7}");

    assertThat(foreman.agenticTask("default", "fix-1"))
        .isEqualTo(new Work(Target.service(QWEN), 7, Optional.of("default/fix-1")));
  }

  @Test
  void whatLeadsNowhereSaysWhy() {
    agent("tester", "{role: gate}");
    seen(WatchedKind.AGENTIC_TASK, "lost", "}\nspec: {kind: freeform}");
    seen(WatchedKind.AGENTIC_TASK, "early", "}\nspec: {agentRef: {name: nobody}}");

    assertThat(foreman.agent("default", "tester"))
        .isEqualTo(new Target.Nowhere("Agent default/tester has no model"));
    assertThat(foreman.agenticTask("default", "lost").target())
        .isEqualTo(new Target.Nowhere("AgenticTask default/lost has no Agent"));
    assertThat(foreman.agenticTask("default", "early").target())
        .isEqualTo(new Target.Nowhere("Agent default/nobody is not known"));
    assertThat(foreman.agenticTask("default", "unheard").target())
        .isEqualTo(new Target.Nowhere("AgenticTask default/unheard is not known"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://qwen.default.svc.cluster.local:8080/v1, qwen",
    "http://qwen.default.svc:8080/v1,               qwen",
    "http://qwen.default:8080/v1,                   qwen",
    "http://qwen:8080/v1,                           qwen",
    "http://phi-metal.default.svc:8080/v1,          phi",
  })
  void anAgentThatCallsAnAddressIsFollowedToTheServiceBehindIt(String url, String service) {
    agent("remote", "{provider: cloud-proxy, providerConfig: {baseURL: \"" + url + "\"}}");

    assertThat(foreman.agent("default", "remote"))
        .isEqualTo(Target.service(new ServiceRef("default", service)));
  }

  @Test
  void anAgentThatCallsARouterLandsOnAnyOfItsBackends() {
    agent(
        "routed",
        "{provider: cloud-proxy, providerConfig: {baseURL: \"http://chat-router-proxy.default.svc:8080/v1\"}}");

    assertThat(foreman.agent("default", "routed"))
        .isEqualTo(new Target.Services(List.of(QWEN, PHI)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://api.openai.com/v1 | calls an address outside the cluster",
        "not a url | calls an address outside the cluster",
        "http://litellm.default.svc:4000 | calls Service default/litellm, which isn't LLMKube's",
        "http://mixed-router-proxy:8080 | calls ModelRouter default/mixed, which has an external provider",
        "http://gone-router-proxy:8080 | calls ModelRouter default/gone, which isn't known",
      })
  void anAgentThatCallsWhatNoVerdictSpeaksForIsAdmitted(String url, String words) {
    agent("remote", "{provider: cloud-proxy, providerConfig: {baseURL: \"" + url + "\"}}");

    assertThat(foreman.agent("default", "remote"))
        .isEqualTo(new Target.Nowhere("Agent default/remote " + words));
  }

  @Test
  void whatIsGoneIsNotKnownAnyMore() {
    agent("coder", "{inferenceServiceRef: {name: qwen}}");
    foreman.gone(new ObjectKey(WatchedKind.AGENT, "default", "coder"));

    assertThat(foreman.agent("default", "coder"))
        .isEqualTo(new Target.Nowhere("Agent default/coder is not known"));
  }

  @Test
  void aTasksPromptIsNotKept() {
    GenericKubernetesResource task =
        Serialization.unmarshal(
            """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: AgenticTask
            metadata: {name: fix, namespace: default}
            spec: {agentRef: {name: coder}, payload: {prompt: "confidential"}}
            """,
            GenericKubernetesResource.class);

    assertThat(KubeObjectReader.read(WatchedKind.AGENTIC_TASK, task).text())
        .contains("coder")
        .doesNotContain("confidential");
  }
}
