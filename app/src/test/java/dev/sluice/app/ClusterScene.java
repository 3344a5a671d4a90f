package dev.sluice.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/** A real API server, what a test puts into it, and what a test starts beside it. */
final class ClusterScene implements AutoCloseable {

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Path folder;
  private final KubeApiServer server;
  private final Kubectl kubectl;

  private ClusterScene(Parts.KubeBinaries binaries, Path kubectl, Path folder) {
    this.folder = folder;
    this.server = started(KubeApiServer.start(binaries, folder.resolve("kube")));
    this.kubectl = new Kubectl(kubectl, server.kubeconfig());
  }

  /** An empty one, with its files in {@code folder}; the test is skipped where it can't be had. */
  static ClusterScene start(Path folder) {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> kubectl = Parts.kubectl();
    assumeTrue(
        binaries.isPresent() && kubectl.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD and SLUICE_KUBECTL aren't set (expected: the binaries)");
    return new ClusterScene(binaries.get(), kubectl.get(), folder);
  }

  Path kubeconfig() {
    return server.kubeconfig();
  }

  Kubectl kubectl() {
    return kubectl;
  }

  /** Keeps what runs, to be ended with the scene: what was started last, first. */
  <T extends AutoCloseable> T started(T part) {
    running.push(part);
    return part;
  }

  /**
   * Puts kinds in: Sluice's own, and those of others.
   *
   * @param upstream a folder with the others' own CRDs; where there is none, ours are taken
   * @param ours resources of the tests
   */
  void declareKinds(Optional<Path> upstream, String... ours) {
    kubectl.run("apply", "--server-side", "-f", "../helm/sluice/crds");
    upstream.ifPresentOrElse(
        crds -> kubectl.run("apply", "--server-side", "-f", crds.toString()),
        () -> {
          for (String crds : ours) {
            apply(resource(crds));
          }
        });
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }

  void apply(String yaml) {
    try {
      Path file = Files.writeString(folder.resolve("apply.yaml"), yaml);
      kubectl.run("apply", "--server-side", "--force-conflicts", "-f", file.toString());
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(ClusterScene.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** A Sluice of this cluster, on free ports, without a Prometheus that answers. */
  RunSettings settings() {
    return settings(ClusterSettings.of(kubeconfig()));
  }

  RunSettings settings(ClusterSettings cluster) {
    return TestSettings.of(new Origin.Kubernetes(cluster)).build();
  }

  /** The same, which is asked before Foreman dispatches. */
  RunSettings settings(WebhookSettings webhook) {
    return TestSettings.of(new Origin.Kubernetes(ClusterSettings.of(kubeconfig())))
        .webhook(webhook)
        .build();
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
