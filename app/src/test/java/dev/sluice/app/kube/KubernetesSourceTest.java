package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.lab.Await;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.xds.router.Credential;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
@SuppressWarnings("NullAway.Init") // the mock and setUp set the fields
class KubernetesSourceTest {

  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final RouterRef CHAT = new RouterRef("default", "chat");

  KubernetesClient client;

  private final List<World> worlds = new CopyOnWriteArrayList<>();
  private final List<Targets> targets = new CopyOnWriteArrayList<>();
  private KubernetesSource source;

  @BeforeEach
  void setUp() {
    put(service("gpu-a", "phase: Ready"));
    put(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: gpu-a-x, namespace: default, labels: {kubernetes.io/service-name: gpu-a}}
        ports: [{name: http, port: 8000}]
        endpoints: [{addresses: [127.0.0.1]}]
        """);
    put(router("gpu-a", 1));
    source =
        new KubernetesSource(
            client,
            Optional.empty(),
            new Deaf(),
            targets::add,
            new KubeMetrics(new SimpleMeterRegistry()));
    source.start(worlds::add);
    Await.until(BOUND, "first world", () -> !worlds.isEmpty());
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  private static final class Deaf implements KubeListener {
    @Override
    public void seen(KubeObject object) {}

    @Override
    public void gone(ObjectKey key) {}
  }

  @Test
  void theFirstWorldHasAllThatTheClusterHas() {
    World first = worlds.getFirst();

    assertThat(first.problems()).isEmpty();
    assertThat(first.routers()).containsOnlyKeys(CHAT);
    assertThat(first.declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(new ServiceRef("default", "gpu-a"));
  }

  @Test
  void whatNobodyReadsIsNoChange() {
    put(service("gpu-a", "phase: Ready, lastUpdated: \"2026-01-01T12:00:00Z\""));
    put(
        service(
            "gpu-a",
            "phase: Ready, conditions: [{type: SLOBreached, status: \"True\", reason: Breached}]"));
    put(service("gpu-b", "phase: Ready"));

    Await.until(BOUND, "gpu-b is seen", () -> services() == 2);
    assertThat(worlds).hasSize(2);
  }

  @Test
  void aRejectedObjectKeepsItsLastGoodVersionAndIsNamed() {
    put(router("gpu-a", -1));

    Await.until(BOUND, "problem is seen", () -> !worlds.getLast().problems().isEmpty());
    assertThat(worlds.getLast().routers()).containsOnlyKeys(CHAT);
    assertThat(worlds.getLast().problems().getFirst().toString())
        .startsWith("ModelRouter default/chat: spec.backends[0].weight: \"-1\" (expected: ");
  }

  @Test
  void keyOfAProviderIsFollowedAndNoOtherSecretIs() {
    put(
        """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: ModelRouter
        metadata: {name: chat, namespace: default}
        spec:
          backends:
          - name: cloud
            external:
              provider: openai
              model: gpt-5
              credentialsSecretRef: {name: provider-keys}
          defaultRoute: cloud
        """);
    Await.until(BOUND, "the key is missed", () -> !worlds.getLast().problems().isEmpty());
    assertThat(worlds.getLast().problems().getFirst().toString())
        .contains("spec.backends[0].external.credentialsSecretRef.name: \"provider-keys\" has no")
        .contains("OPENAI_API_KEY");

    putSecret("provider-keys", "sk-first");
    Await.until(BOUND, "the key is there", () -> key().equals(Optional.of("sk-first")));
    putSecret("another", "sk-other");
    putSecret("provider-keys", "sk-second");
    Await.until(BOUND, "the new key is there", () -> key().equals(Optional.of("sk-second")));

    assertThat(worlds.getLast().topology().credentials()).hasSize(1);
    assertThat(worlds.getLast().toString()).doesNotContain("sk-");
  }

  private Optional<String> key() {
    return worlds.getLast().topology().credentials().values().stream()
        .map(Credential::value)
        .findFirst();
  }

  private void putSecret(String name, String key) {
    String base64 = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("OPENAI_API_KEY", base64)
                .build())
        .createOr(NonDeletingOperation::update);
  }

  @Test
  void targetsAreReadWithTheRuntimeThatMeasuresThem() {
    put(KubeLab.service("gpu-a", "sglang"));
    put(KubeLab.slo("gpu-a", "gpu-a", "ttftP99Ms: 500"));

    Await.until(BOUND, "the InferenceSLO is seen", () -> !lastTargets().sheet().slos().isEmpty());
    assertThat(lastTargets().sheet().runtimes())
        .containsEntry(new ServiceRef("default", "gpu-a"), ServingRuntime.SGLANG);
    assertThat(lastTargets().objects()).containsOnlyKeys(TargetsScene.slo("gpu-a"));
  }

  private Targets lastTargets() {
    return targets.getLast();
  }

  @Test
  void whatIsDeletedIsGone() {
    client
        .genericKubernetesResources(WatchedKind.MODEL_ROUTER.context())
        .inNamespace("default")
        .withName("chat")
        .delete();

    Await.until(BOUND, "router is gone", () -> worlds.getLast().routers().isEmpty());
    assertThat(services()).isEqualTo(1);
  }

  private int services() {
    return worlds.getLast().declarations().services().size();
  }

  private void put(String yaml) {
    GenericKubernetesResource object =
        Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    WatchedKind kind =
        Arrays.stream(WatchedKind.values())
            .filter(one -> one.word().equals(object.getKind()))
            .findFirst()
            .orElseThrow();
    client
        .genericKubernetesResources(kind.context())
        .inNamespace("default")
        .resource(object)
        .createOr(editable -> editable.update());
  }

  private static String service(String name, String status) {
    return """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: InferenceService
        metadata: {name: %s, namespace: default}
        spec: {modelRef: qwen}
        status: {%s}
        """
        .formatted(name, status);
  }

  private static String router(String service, int weight) {
    return """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: ModelRouter
        metadata:
          name: chat
          namespace: default
          annotations: {sluice.dev/listen: "127.0.0.1:10000"}
        spec:
          backends:
          - name: a
            inferenceServiceRef: {name: %s}
            weight: %d
          rules:
          - name: all
            route: {strategy: weighted, backends: [a]}
        """
        .formatted(service, weight);
  }
}
