package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.Event;
import dev.sluice.lab.Await;
import dev.sluice.lab.kube.KubeApiServer;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ModelRouter's condition in a real API server, beside those of LLMKube. */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class RouterConditionIT {

  private static final Duration BOUND = Duration.ofSeconds(30);

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
  void aRoutersConditionFollowsItsEnvoysAndComesBackWhenItIsOverwritten() {
    create(KubeLab.service("qwen", "vllm"));
    create(
        """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: ModelRouter
        metadata: {name: chat, namespace: default}
        spec:
          backends: [{name: qwen, inferenceServiceRef: {name: qwen}}]
          defaultRoute: qwen
        """);
    replaceConditions(0);
    FleetScene fleet = new FleetScene();
    fleet.has("v1", 1, 1);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Cluster cluster =
        Cluster.open(
            ClusterSettings.of(server.kubeconfig()),
            new ScriptedFeed(),
            fleet.reports(),
            registry,
            InstantSource.system())) {
      cluster.start((Event _) -> {});
      await("True", "Acknowledged");
      fleet.rejects("v2", "duplicate listener");
      await("False", "Rejected");

      replaceConditions(1);
      await("False", "Rejected");
      Await.until(BOUND, "the overwriting is counted", () -> writes(registry, "reassert") == 1);
      assertThat(writes(registry, "transition")).isEqualTo(2);
    }

    assertThat(condition().text("message").orElse("")).endsWith("duplicate listener");
    assertThat(condition().text("observedGeneration")).contains("1");
    assertThat(status().condition("Validated").text("message")).contains("round 1");
    assertThat(KubeLab.objects(client, WatchedKind.MODEL_ROUTER).withName("chat").require())
        .satisfies(
            router ->
                assertThat(router.getMetadata().getManagedFields())
                    .extracting(ManagedFieldsEntry::getManager)
                    .contains(ServerSideApply.MANAGER));
  }

  private static double writes(SimpleMeterRegistry registry, String cause) {
    return registry.get("sluice.status.writes").tag("cause", cause).counter().count();
  }

  private static void create(String yaml) {
    KubeLab.objects(client, KubeLab.kind(KubeLab.object(yaml)))
        .resource(KubeLab.object(yaml))
        .create();
  }

  private static Fields status() {
    return Fields.of(KubeLab.objects(client, WatchedKind.MODEL_ROUTER).withName("chat").require())
        .at("status");
  }

  private static Fields condition() {
    return status().condition(RoutingCondition.TYPE);
  }

  private static void await(String status, String reason) {
    Await.until(
        BOUND,
        RoutingCondition.TYPE + "=" + status + " for " + reason,
        () ->
            condition().text("status").equals(Optional.of(status))
                && condition().text("reason").equals(Optional.of(reason)));
  }

  /** As LLMKube does: a merge patch, which knows no keys in a list. */
  private static void replaceConditions(int round) {
    String patch =
        """
        {"status": {"conditions": [{"type": "Validated", "status": "True", "reason": "SpecValid",
        "message": "round %d", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
        """
            .formatted(round);
    KubeLab.objects(client, WatchedKind.MODEL_ROUTER)
        .withName("chat")
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }
}
