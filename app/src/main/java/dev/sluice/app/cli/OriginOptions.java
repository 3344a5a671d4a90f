package dev.sluice.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the world is read from: a folder or a cluster. */
final class OriginOptions {

  private static final Path STATE = Path.of(".sluice", "state.json");

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "${env:SLUICE_DIR}",
      description = "the folder of manifests; it is watched")
  private @Nullable Path folder;

  @Option(
      names = "--kubernetes",
      defaultValue = "${env:SLUICE_KUBERNETES:-false}",
      description = "read a cluster instead of a folder, and show verdicts there")
  private boolean kubernetes;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "how to reach the cluster (default: KUBECONFIG, ~/.kube/config or the pod's own account)")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "${env:SLUICE_NAMESPACE}",
      description = "the only namespace of the cluster to read (default: all)")
  private @Nullable String namespace;

  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (kubernetes == (folder != null)) {
      faults.add(
          (kubernetes ? "--dir and --kubernetes" : "neither --dir nor --kubernetes")
              + " (expected: exactly one of them)");
    }
    if (folder != null && !Files.isDirectory(folder)) {
      faults.add("--dir " + folder + ": no such folder (expected: a folder of manifests)");
    }
    if (kubeconfig != null && !kubernetes) {
      faults.add("--kubeconfig: without --kubernetes (expected: both)");
    }
    if (namespace != null && !kubernetes) {
      faults.add("--namespace: without --kubernetes (expected: both)");
    }
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      faults.add("--kubeconfig " + kubeconfig + ": can't be read (expected: a kubeconfig file)");
    }
    return faults;
  }

  /** What was asked for, once it has no faults. */
  Origin origin() {
    return folder != null
        ? new Origin.Folder(folder)
        : new Origin.Kubernetes(Optional.ofNullable(kubeconfig), Optional.ofNullable(namespace));
  }

  /** In the folder, else in the working folder. */
  Path defaultStateFile() {
    return folder != null ? folder.resolve(STATE) : STATE;
  }
}
