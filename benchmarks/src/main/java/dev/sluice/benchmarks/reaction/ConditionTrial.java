package dev.sluice.benchmarks.reaction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lab.Await;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A watch of a real API server sees {@code SLOBreached=True}. */
final class ConditionTrial implements Trial, Watcher<GenericKubernetesResource> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final ResourceDefinitionContext SERVICES =
      new ResourceDefinitionContext.Builder()
          .withGroup("inference.llmkube.dev")
          .withVersion("v1alpha1")
          .withKind("InferenceService")
          .withPlural("inferenceservices")
          .withNamespaced(true)
          .build();

  private final Map<String, Instant> seen = new ConcurrentHashMap<>();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  ConditionTrial(
      Path folder,
      Parts.KubeBinaries binaries,
      List<String> services,
      String prometheusUrl,
      SluiceRun.Ports ports) {
    KubeApiServer server = KubeApiServer.start(binaries, folder.resolve("kube"));
    parts.push(server);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(server.kubeconfig().toFile()))
            .build();
    parts.push(client);
    apply(client, resource("/kube/crds.yaml"));
    apply(client, resource("/kube/pyrra-crd.yaml"));
    Await.until(BOUND, "the CRDs are served", () -> declare(client, services));
    Watch watch = client.genericKubernetesResources(SERVICES).inNamespace("default").watch(this);
    parts.push(watch);
    parts.push(
        SluiceRun.start(
            folder,
            ports,
            prometheusUrl,
            List.of("--kubernetes", "--kubeconfig", server.kubeconfig().toString())));
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(ConditionTrial.class.getResourceAsStream(name), name);
  }

  private static void apply(KubernetesClient client, InputStream yaml) {
    client.load(yaml).serverSideApply();
  }

  private static boolean declare(KubernetesClient client, List<String> services) {
    StringBuilder yaml = new StringBuilder();
    for (String name : services) {
      yaml.append(
          """
          apiVersion: inference.llmkube.dev/v1alpha1
          kind: InferenceService
          metadata: {name: %s, namespace: default}
          spec: {modelRef: m, runtime: vllm}
          ---
          """
              .formatted(name));
      yaml.append(FiringAlerts.objective(name));
    }
    apply(client, new ByteArrayInputStream(yaml.toString().getBytes(StandardCharsets.UTF_8)));
    return true;
  }

  @Override
  public void eventReceived(Action action, GenericKubernetesResource service) {
    Instant now = Instant.now();
    JsonNode status = JSON.valueToTree(service.getAdditionalProperties()).path("status");
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("SLOBreached")
          && condition.path("status").asText().equals("True")) {
        seen.putIfAbsent(service.getMetadata().getName(), now);
      }
    }
  }

  @Override
  public void onClose(WatcherException cause) {
    throw new IllegalStateException("the watch broke", cause);
  }

  @Override
  public String name() {
    return "condition written";
  }

  @Override
  public void watch(String service) {
    // All of them are watched all the time.
  }

  @Override
  public Instant seen(String service) {
    return Await.value(
        BOUND, "SLOBreached of " + service, () -> Optional.ofNullable(seen.get(service)));
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        System.err.println("reaction: not stopped cleanly: " + failure);
      }
    }
  }
}
