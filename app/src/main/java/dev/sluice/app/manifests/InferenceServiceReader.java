package dev.sluice.app.manifests;

import dev.sluice.evaluator.judge.Presence;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ServiceRef;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an InferenceService, and the Service that LLMKube makes for it.
 *
 * <p>Source of the fields: LLMKube {@code api/v1alpha1/inferenceservice_types.go}; of the label:
 * {@code service_builder.go}.
 */
final class InferenceServiceReader {

  /** The label by which LLMKube's Service names its InferenceService, dots kept. */
  static final String SERVICE_LABEL = "inference.llmkube.dev/service";

  private static final int MOST_REPLICAS = 10;
  private static final Set<String> ABSENT_PHASES = Set.of("Suspended", "Stopped");

  private InferenceServiceReader() {}

  static Declared read(ObjectId id, Field root) {
    return new Declared.Service(
        new ServiceRef(id.namespace(), id.name()),
        presence(root),
        runtime(root),
        DeclaredOverride.read(root));
  }

  // An API server stores the default; a file needn't say it.
  private static ServingRuntime runtime(Field root) {
    return root.at("spec")
        .at("runtime")
        .text()
        .map(ServingRuntime::of)
        .orElse(ServingRuntime.LLAMACPP);
  }

  private static Presence presence(Field root) {
    Field spec = root.at("spec");
    if (spec.at("suspend").flag(false)) {
      return new Presence.PlannedAbsence("suspended (spec.suspend: true)");
    }
    if (spec.at("replicas").integer(1, 0, MOST_REPLICAS) == 0) {
      return new Presence.PlannedAbsence("scaled to zero (spec.replicas: 0)");
    }
    Field status = root.at("status");
    Optional<String> phase = status.at("phase").text().filter(ABSENT_PHASES::contains);
    if (phase.isPresent()) {
      return new Presence.PlannedAbsence(phase.get() + " (status.phase)");
    }
    boolean deferred =
        status.at("conditions").items().stream()
            .anyMatch(
                condition ->
                    condition.at("type").text().equals(Optional.of("RolloutDeferred"))
                        && condition.at("status").text().equals(Optional.of("True")));
    return deferred
        ? new Presence.PlannedAbsence("rollout deferred (condition RolloutDeferred)")
        : new Presence.Active();
  }

  static Declared readKubeService(Field root) {
    return new Declared.KubeService(root.at("metadata").at("labels").at(SERVICE_LABEL).text());
  }
}
