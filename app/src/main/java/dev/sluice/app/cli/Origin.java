package dev.sluice.app.cli;

import dev.sluice.app.kube.ClusterSettings;
import java.nio.file.Path;

/** Where the world is read from, and where what a restart must not forget is kept. */
public sealed interface Origin {

  /** A folder of manifests, and a file that remembers. */
  record Folder(Path path, Path stateFile) implements Origin {}

  /** A cluster. */
  record Kubernetes(ClusterSettings settings) implements Origin {}
}
