package dev.sluice.app.cli;

import dev.sluice.app.fleets.FleetSettings;
import dev.sluice.app.fleets.FleetSettingsReader;
import dev.sluice.app.kube.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the world is read from: a folder or a cluster. */
final class OriginOptions {

  private static final Path STATE = Path.of(".sluice", "state.json"); // in the folder

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

  @Option(
      names = "--home",
      paramLabel = "NAMESPACE",
      defaultValue = "${env:SLUICE_HOME}",
      description =
          "where in the cluster replicas settle who decides and remember (default: the pod's own"
              + " namespace, or the one of the kubeconfig's context)")
  private @Nullable String home;

  @Option(
      names = "--leader-elect",
      negatable = true,
      fallbackValue = "true",
      defaultValue = "${env:SLUICE_LEADER_ELECT:-true}",
      description = "in a cluster, decide only when elected (default: true)")
  private boolean elects;

  @Option(
      names = "--foreman-hold",
      defaultValue = "${env:SLUICE_FOREMAN_HOLD:-false}",
      description = "in a cluster, hold Foreman's Agents while their InferenceService is Breached")
  private boolean holdsAgents;

  @Option(
      names = "--manage-fleets",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_MANAGE_FLEETS}",
      description =
          "in a cluster, make the Envoys of each ModelRouter that asks for it, as this YAML file"
              + " says (docs/fleets.md)")
  private @Nullable Path fleetsFile;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_STATE}",
      description =
          "with --dir, remembers verdicts and shares over a restart (default:"
              + " DIR/.sluice/state.json; a cluster remembers in a ConfigMap)")
  private @Nullable Path stateFile;

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
    if (!kubernetes) {
      needsCluster("--kubeconfig", kubeconfig, faults);
      needsCluster("--namespace", namespace, faults);
      needsCluster("--home", home, faults);
      needsCluster("--foreman-hold", holdsAgents ? true : null, faults);
      needsCluster("--manage-fleets", fleetsFile, faults);
    } else if (stateFile != null) {
      faults.add("--state: with --kubernetes (expected: only with --dir)");
    }
    try {
      fleets();
    } catch (IllegalArgumentException refused) {
      faults.add("--manage-fleets " + fleetsFile + ": " + refused.getMessage());
    }
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      faults.add("--kubeconfig " + kubeconfig + ": can't be read (expected: a kubeconfig file)");
    }
    return faults;
  }

  /** Adds a fault if there is a value. */
  static void needsCluster(String option, @Nullable Object value, List<String> faults) {
    if (value != null) {
      faults.add(option + ": without --kubernetes (expected: both)");
    }
  }

  private Optional<FleetSettings> fleets() {
    try {
      return fleetsFile == null
          ? Optional.empty()
          : Optional.of(FleetSettingsReader.read(Files.readString(fleetsFile)));
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("can't be read (expected: a readable file)", unreadable);
    }
  }

  boolean isCluster() {
    return kubernetes;
  }

  /** What was asked for, once it has no faults. */
  Origin origin() {
    if (folder != null) {
      return new Origin.Folder(folder, stateFile == null ? folder.resolve(STATE) : stateFile);
    }
    return new Origin.Kubernetes(
        new ClusterSettings(
            Optional.ofNullable(kubeconfig),
            Optional.ofNullable(namespace),
            Optional.ofNullable(home),
            elects,
            holdsAgents,
            fleets()));
  }
}
