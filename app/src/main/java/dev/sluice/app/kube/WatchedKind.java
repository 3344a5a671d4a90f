package dev.sluice.app.kube;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;

/** The kinds that are watched, and which of their fields are kept beside the metadata. */
enum WatchedKind {
  INFERENCE_SERVICE("inference.llmkube.dev", "v1alpha1", "InferenceService", "inferenceservices"),
  INFERENCE_SLO("sluice.dev", "v1alpha1", "InferenceSLO", "inferenceslos"),
  MODEL_POOL("inference.llmkube.dev", "v1alpha1", "ModelPool", "modelpools"),
  MODEL_ROUTER("inference.llmkube.dev", "v1alpha1", "ModelRouter", "modelrouters"),
  SERVICE_LEVEL_OBJECTIVE(
      "pyrra.dev", "v1alpha1", "ServiceLevelObjective", "servicelevelobjectives"),
  AGENT("foreman.llmkube.dev", "v1alpha1", "Agent", "agents"),
  AGENTIC_TASK("foreman.llmkube.dev", "v1alpha1", "AgenticTask", "agentictasks"),
  SERVICE("", "v1", "Service", "services"),
  ENDPOINT_SLICE("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");

  private final String group;
  private final String version;
  private final String word;
  private final String plural;

  WatchedKind(String group, String version, String word, String plural) {
    this.group = group;
    this.version = version;
    this.word = word;
    this.plural = plural;
  }

  /** Whether a cluster may do without it: an older LLMKube has no ModelPools, or no Foreman. */
  boolean isOptional() {
    return this == MODEL_POOL || isForemans();
  }

  /** Whether it is one of Foreman's, whose work is held and which is no part of the world. */
  boolean isForemans() {
    return this == AGENT || this == AGENTIC_TASK;
  }

  /** {@code ModelRouter}. */
  String word() {
    return word;
  }

  /** {@code pyrra.dev/v1alpha1}. */
  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code servicelevelobjectives.pyrra.dev}: what its CRD is called. */
  String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** The fields on the top level that are kept whole. */
  List<String> kept() {
    return switch (this) {
      case INFERENCE_SERVICE, AGENT, AGENTIC_TASK, SERVICE -> List.of();
      case INFERENCE_SLO, MODEL_POOL, MODEL_ROUTER, SERVICE_LEVEL_OBJECTIVE -> List.of("spec");
      case ENDPOINT_SLICE -> List.of("ports", "endpoints");
    };
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(word)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
