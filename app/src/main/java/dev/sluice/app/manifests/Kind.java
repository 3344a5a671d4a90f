package dev.sluice.app.manifests;

import java.util.Optional;

/** The kinds that are read; all others are ignored. */
enum Kind {
  ENDPOINT_SLICE("discovery.k8s.io", "EndpointSlice"),
  INFERENCE_SERVICE("inference.llmkube.dev", "InferenceService"),
  INFERENCE_SLO("sluice.dev", "InferenceSLO"),
  MODEL_POOL("inference.llmkube.dev", "ModelPool"),
  MODEL_ROUTER("inference.llmkube.dev", "ModelRouter"),
  SECRET("", "Secret"),
  SERVICE("", "Service"),
  SERVICE_LEVEL_OBJECTIVE("pyrra.dev", "ServiceLevelObjective");

  private final String group;
  private final String word;

  Kind(String group, String word) {
    this.group = group;
    this.word = word;
  }

  /** {@code ModelRouter}. */
  String word() {
    return word;
  }

  /** The kind of an {@code apiVersion} (of any version of the group) and {@code kind}. */
  static Optional<Kind> of(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    for (Kind known : values()) {
      if (known.group.equals(group) && known.word.equals(kind)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }
}
