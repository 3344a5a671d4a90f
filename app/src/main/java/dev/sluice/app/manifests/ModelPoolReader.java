package dev.sluice.app.manifests;

import dev.sluice.model.ServiceRef;
import java.util.Optional;

/**
 * Reads a ModelPool: whose turn it is, is LLMKube's to decide; only who its members are is of use.
 *
 * <p>Source of the fields: LLMKube {@code api/v1alpha1/modelpool_types.go}.
 */
final class ModelPoolReader {

  private ModelPoolReader() {}

  static Declared read(ObjectId id, Field root) {
    return new Declared.Pool(
        root.at("spec").at("members").items().stream()
            .map(member -> member.at("inferenceServiceRef").at("name"))
            .map(name -> name.required("an InferenceService of the same namespace"))
            .map(name -> ServiceRef.tryOf(id.namespace(), name))
            .flatMap(Optional::stream)
            .toList());
  }
}
