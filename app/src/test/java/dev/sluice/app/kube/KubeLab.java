package dev.sluice.app.kube;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lab.Await;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What tests do to a cluster by hand. */
final class KubeLab {

  /** The CRD that the chart brings. */
  static final Path SLO_CRD =
      Path.of("..", "helm", "sluice", "crds", "inferenceslos.sluice.dev.yaml");

  private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);

  private KubeLab() {}

  /** What a cluster is made of; without it the tests of the class are skipped. */
  static Parts.KubeBinaries binaries() {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    assumeTrue(
        binaries.isPresent(),
        "SLUICE_KUBE_APISERVER and SLUICE_ETCD aren't set (expected: the two binaries)");
    return binaries.get();
  }

  static KubernetesClient client(KubeApiServer server) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(server.kubeconfig().toFile()))
        .build();
  }

  /** Applies the objects of a file of the lab. */
  static void apply(KubernetesClient client, String resource) {
    InputStream yaml = Objects.requireNonNull(KubeLab.class.getResourceAsStream(resource));
    client.load(yaml).serverSideApply();
  }

  /**
   * Installs LLMKube's CRDs but Foreman's, Pyrra's and our own, and waits until they are served.
   */
  static void install(KubernetesClient client) {
    apply(client, "/kube/pyrra-crd.yaml");
    install(client, EnumSet.allOf(WatchedKind.class));
  }

  /** The same in a cluster that has no Pyrra. */
  static void installWithoutPyrra(KubernetesClient client) {
    install(client, EnumSet.complementOf(EnumSet.of(WatchedKind.SERVICE_LEVEL_OBJECTIVE)));
  }

  private static void install(KubernetesClient client, Set<WatchedKind> served) {
    apply(client, "/kube/crds.yaml");
    applySloCrd(client);
    served.removeIf(WatchedKind::isForemans);
    for (WatchedKind kind : served) {
      Await.until(
          SERVED_WITHIN,
          kind.resource() + " is served",
          () -> objects(client, kind).list() != null);
    }
  }

  /** Installs the chart's own CRD. */
  private static void applySloCrd(KubernetesClient client) {
    try (InputStream crd = Files.newInputStream(SLO_CRD)) {
      client.load(crd).serverSideApply();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The objects of a kind in the namespace default. */
  static NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>>
      objects(KubernetesClient client, WatchedKind kind) {
    return client.genericKubernetesResources(kind.context()).inNamespace("default");
  }

  /** Those of a kind in the namespace default, as they are now. */
  static List<GenericKubernetesResource> all(KubernetesClient client, WatchedKind kind) {
    return client
        .genericKubernetesResources(kind.context())
        .inNamespace("default")
        .list()
        .getItems();
  }

  static GenericKubernetesResource object(String yaml) {
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }

  static WatchedKind kind(GenericKubernetesResource object) {
    return Arrays.stream(WatchedKind.values())
        .filter(kind -> kind.word().equals(object.getKind()))
        .findFirst()
        .orElseThrow();
  }

  static String service(String name, String runtime) {
    return """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: InferenceService
        metadata: {name: %s, namespace: default}
        spec: {modelRef: qwen, runtime: %s}
        """
        .formatted(name, runtime);
  }

  static String slo(String name, String service, String targets) {
    return """
        apiVersion: sluice.dev/v1alpha1
        kind: InferenceSLO
        metadata: {name: %s, namespace: default}
        spec: {targetRef: {name: %s}, %s}
        """
        .formatted(name, service, targets);
  }

  /** An objective that somebody wrote by hand. */
  static String foreignObjective(String name) {
    return """
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata: {name: %s, namespace: default, labels: {team: search}}
        spec: {target: "90", window: 7d, indicator: {bool_gauge: {metric: up}}}
        """
        .formatted(name);
  }
}
