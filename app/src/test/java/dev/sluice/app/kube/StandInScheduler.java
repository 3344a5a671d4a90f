package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does to AgenticTasks of the namespace default what Foreman's scheduler does, as far as Sluice
 * meets it: reserves a FleetNode that the Agent's node selector matches, under an optimistic lock,
 * and says so in the task's status. A task that was given a node has finished at the next look. It
 * looks every 100 ms where Foreman waits for 10 s.
 */
final class StandInScheduler implements AutoCloseable {

  static final ResourceDefinitionContext NODES =
      new ResourceDefinitionContext.Builder()
          .withGroup("foreman.llmkube.dev")
          .withVersion("v1alpha1")
          .withKind("FleetNode")
          .withPlural("fleetnodes")
          .withNamespaced(false)
          .build();

  private static final Logger log = LoggerFactory.getLogger(StandInScheduler.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final KubernetesClient client;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private StandInScheduler(KubernetesClient client) {
    this.client = client;
  }

  static StandInScheduler start(KubernetesClient client) {
    StandInScheduler scheduler = new StandInScheduler(client);
    var _ =
        scheduler.thread.scheduleWithFixedDelay(
            scheduler::lookSafely, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    return scheduler;
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException failure) {
      log.warn("msg=look-failed", failure);
    }
  }

  private void look() {
    for (GenericKubernetesResource task : KubeLab.all(client, WatchedKind.AGENTIC_TASK)) {
      switch (phase(task)) {
        case "Scheduled" -> finish(task);
        case "Succeeded" -> {}
        case "Pending" -> dispatch(task);
        default -> say(task, "{\"phase\": \"Pending\"}");
      }
    }
  }

  private void finish(GenericKubernetesResource task) {
    String node = Fields.of(task).at("status").text("assignedNode").orElseThrow();
    say(task, "{\"phase\": \"Succeeded\"}");
    node(node)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"currentTask\": null}}");
  }

  private void dispatch(GenericKubernetesResource task) {
    Optional<String> agentName = Fields.of(task).at("spec").at("agentRef").text("name");
    Map<String, String> selector =
        agentName
            .map(name -> KubeLab.objects(client, WatchedKind.AGENT).withName(name).require())
            .map(StandInScheduler::selector)
            .orElse(Map.of());
    for (GenericKubernetesResource node :
        client.genericKubernetesResources(NODES).list().getItems()) {
      if (isFree(node) && matches(node, selector) && reserve(node, task)) {
        say(
            task,
            "{\"phase\": \"Scheduled\", \"assignedNode\": \"%s\"}"
                .formatted(node.getMetadata().getName()));
        return;
      }
    }
  }

  private static Map<String, String> selector(GenericKubernetesResource agent) {
    Map<String, String> selector = new HashMap<>();
    Fields.of(agent)
        .at("spec")
        .at("requiredCapability")
        .value("nodeSelector")
        .filter(Map.class::isInstance)
        .map(value -> (Map<?, ?>) value)
        .ifPresent(
            map ->
                map.forEach(
                    (key, value) -> selector.put(String.valueOf(key), String.valueOf(value))));
    return selector;
  }

  private static boolean isFree(GenericKubernetesResource node) {
    Fields status = Fields.of(node).at("status");
    return status.text("phase").equals(Optional.of("Ready"))
        && status.text("currentTask").orElse("").isEmpty();
  }

  private static boolean matches(GenericKubernetesResource node, Map<String, String> selector) {
    Map<String, String> labels =
        Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
    return labels.entrySet().containsAll(selector.entrySet());
  }

  /** Whether the node is the task's; if not, another writer was faster. */
  private boolean reserve(GenericKubernetesResource node, GenericKubernetesResource task) {
    try {
      node(node.getMetadata().getName())
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              """
              {"metadata": {"resourceVersion": "%s"}, "status": {"currentTask": "default/%s"}}
              """
                  .formatted(
                      node.getMetadata().getResourceVersion(), task.getMetadata().getName()));
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw refused;
    }
  }

  private Resource<GenericKubernetesResource> node(String name) {
    return client.genericKubernetesResources(NODES).withName(name);
  }

  private void say(GenericKubernetesResource task, String status) {
    KubeLab.objects(client, WatchedKind.AGENTIC_TASK)
        .withName(task.getMetadata().getName())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": " + status + "}");
  }

  private static String phase(GenericKubernetesResource task) {
    return Fields.of(task).at("status").text("phase").orElse("");
  }

  /** How many tasks of an Agent are in a phase. */
  static long count(KubernetesClient client, String agent, String phase) {
    List<GenericKubernetesResource> tasks = KubeLab.all(client, WatchedKind.AGENTIC_TASK);
    return tasks.stream()
        .filter(
            task ->
                Fields.of(task).at("spec").at("agentRef").text("name").equals(Optional.of(agent)))
        .filter(task -> phase(task).equals(phase))
        .count();
  }

  /** Makes a FleetNode that is ready for work. */
  static void createNode(KubernetesClient client, String name) {
    client
        .genericKubernetesResources(NODES)
        .resource(
            KubeLab.object(
                """
                apiVersion: foreman.llmkube.dev/v1alpha1
                kind: FleetNode
                metadata: {name: %s}
                spec: {nodeName: %s}
                """
                    .formatted(name, name)))
        .create();
    client
        .genericKubernetesResources(NODES)
        .withName(name)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"phase\": \"Ready\"}}");
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      boolean _ = thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
