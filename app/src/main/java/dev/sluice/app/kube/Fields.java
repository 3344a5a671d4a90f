package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
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

  /** The mappings of a list. */
  List<Fields> items(String name) {
    List<Fields> items = new ArrayList<>();
    if (values.get(name) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> map) {
          items.add(new Fields(map));
        }
      }
    }
    return items;
  }

  /** The condition of this type among {@code conditions}. */
  Fields condition(String type) {
    return items("conditions").stream()
        .filter(condition -> condition.text("type").equals(Optional.of(type)))
        .findFirst()
        .orElse(new Fields(Map.of()));
  }
}
