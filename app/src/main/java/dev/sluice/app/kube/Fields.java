package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the untyped fields of an object; a field of an unexpected type counts as absent. */
record Fields(Map<?, ?> values) {

  static Fields of(GenericKubernetesResource resource) {
    return new Fields(resource.getAdditionalProperties());
  }

  Fields at(String name) {
    return new Fields(values.get(name) instanceof Map<?, ?> map ? map : Map.of());
  }

  Optional<Object> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Optional<String> text(String name) {
    return value(name).map(String::valueOf);
  }

  /** The condition of this type among {@code conditions}. */
  Fields condition(String type) {
    if (values.get("conditions") instanceof List<?> conditions) {
      for (Object item : conditions) {
        if (item instanceof Map<?, ?> condition && type.equals(condition.get("type"))) {
          return new Fields(condition);
        }
      }
    }
    return new Fields(Map.of());
  }
}
