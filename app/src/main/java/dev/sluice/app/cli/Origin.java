package dev.sluice.app.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where the world is read from. */
public sealed interface Origin {

  /** A folder of manifests. */
  record Folder(Path path) implements Origin {}

  /**
   * A cluster.
   *
   * @param kubeconfig how to reach it; empty for where kubectl looks too, or the pod's own account
   * @param namespace the only one that is read; empty for all
   */
  record Kubernetes(Optional<Path> kubeconfig, Optional<String> namespace) implements Origin {}
}
