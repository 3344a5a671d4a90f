package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.Event;
import dev.sluice.lab.Await;
import dev.sluice.lab.kube.KubeApiServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ModelRouter's Service in a real API server, moved to the fleet and back. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class AdoptionIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Map<String, String> PROXY = Map.of("app", "chat-router-proxy");
  private static final Map<String, String> FLEET = Map.of("sluice.dev/fleet", "chat");

  @TempDir static Path folder;

  private static final Deque<AutoCloseable> STARTED = new ArrayDeque<>();
  private static KubeApiServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void setUp() {
    server = KubeApiServer.start(KubeLab.binaries(), folder);
    STARTED.push(server);
    client = KubeLab.client(server);
    STARTED.push(client);
    KubeLab.installWithoutPyrra(client);
  }

  @AfterAll
  static void tearDown() throws Exception {
    while (!STARTED.isEmpty()) {
      STARTED.pop().close();
    }
  }

  @Test
  void theServiceMovesOnceTheFleetIsReadyAndHasAcknowledgedAndMovesBack() {
    create(KubeLab.service("qwen", "vllm"));
    create(
        """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: ModelRouter
        metadata: {name: chat, namespace: default, annotations: {sluice.dev/adopt: "true"}}
        spec:
          backends: [{name: qwen, inferenceServiceRef: {name: qwen}}]
          defaultRoute: qwen
        """);
    createService();
    createPod();
    FleetScene fleet = new FleetScene();
    fleet.has("v1", 1, 1);
    try (Cluster cluster =
        Cluster.open(
            ClusterSettings.of(server.kubeconfig()),
            new ScriptedFeed(),
            fleet.reports(),
            new SimpleMeterRegistry(),
            InstantSource.system())) {
      cluster.start((Event _) -> {});
      Await.until(BOUND, "the router is judged", AdoptionIT::saysAcknowledged);
      assertThat(selector()).isEqualTo(PROXY);

      fleet.has("v2", 0, 1);
      ready("True");
      fleet.has("v2", 1, 1);
      awaitSelector(FLEET);

      adopt("false");
      awaitSelector(PROXY);
      adopt("true");
      awaitSelector(FLEET);

      ready("False");
      awaitSelector(PROXY);
      ready("True");
      awaitSelector(FLEET);
    }
    assertThat(selector()).isEqualTo(FLEET);
    assertThat(Unadoption.run(Optional.of(server.kubeconfig()), Optional.empty()))
        .containsExactly(
            new Unadoption.Outcome("Service default/chat-router-proxy", Optional.empty()));
    assertThat(selector()).isEqualTo(PROXY);
    assertThat(service().getMetadata().getAnnotations()).isNullOrEmpty();
  }

  private static boolean saysAcknowledged() {
    return Fields.of(KubeLab.objects(client, WatchedKind.MODEL_ROUTER).withName("chat").require())
        .at("status")
        .condition(RoutingCondition.TYPE)
        .text("reason")
        .filter("Acknowledged"::equals)
        .isPresent();
  }

  private static void create(String yaml) {
    KubeLab.objects(client, KubeLab.kind(KubeLab.object(yaml)))
        .resource(KubeLab.object(yaml))
        .create();
  }

  private static void createService() {
    client
        .services()
        .inNamespace("default")
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("chat-router-proxy")
                .endMetadata()
                .withNewSpec()
                .withSelector(PROXY)
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  private static void createPod() {
    client
        .pods()
        .inNamespace("default")
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("envoy-0")
                .withLabels(FLEET)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("envoy")
                .withImage("envoy")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private static void ready(String status) {
    client
        .pods()
        .inNamespace("default")
        .withName("envoy-0")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \""
                + status
                + "\"}]}}");
  }

  private static void adopt(String value) {
    KubeLab.objects(client, WatchedKind.MODEL_ROUTER)
        .withName("chat")
        .edit(
            router -> {
              router.getMetadata().getAnnotations().put(AdoptionKeeper.ADOPT, value);
              return router;
            });
  }

  private static Service service() {
    return client.services().inNamespace("default").withName("chat-router-proxy").require();
  }

  private static Map<String, String> selector() {
    return service().getSpec().getSelector();
  }

  private static void awaitSelector(Map<String, String> expected) {
    Await.until(BOUND, "the Service points at " + expected, () -> selector().equals(expected));
  }
}
