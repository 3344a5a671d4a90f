package dev.sluice.model;

import java.util.Optional;

/** An LLMKube {@code InferenceService}, by its raw name (dots kept). */
public record ServiceRef(String namespace, String name) implements Comparable<ServiceRef> {

  public ServiceRef {
    ObjectName.check("InferenceService namespace", namespace);
    ObjectName.check("InferenceService name", name);
  }

  /** Reads {@code namespace/name}, as {@link #toString()} prints it. */
  public static ServiceRef parse(String text) {
    ObjectName parts = ObjectName.parse("InferenceService", text);
    return new ServiceRef(parts.namespace(), parts.name());
  }

  /** The service of this name; empty where none can have it, as of a label's free text. */
  public static Optional<ServiceRef> tryOf(String namespace, String name) {
    return ObjectName.isValid(namespace) && ObjectName.isValid(name)
        ? Optional.of(new ServiceRef(namespace, name))
        : Optional.empty();
  }

  @Override
  public int compareTo(ServiceRef other) {
    return ObjectName.compare(namespace, name, other.namespace, other.name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
