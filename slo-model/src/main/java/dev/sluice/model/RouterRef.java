package dev.sluice.model;

/**
 * An LLMKube {@code ModelRouter}; its fleet is the Envoys whose {@code node.cluster} prints like
 * this.
 */
public record RouterRef(String namespace, String name) implements Comparable<RouterRef> {

  public RouterRef {
    ObjectName.check("ModelRouter namespace", namespace);
    ObjectName.check("ModelRouter name", name);
  }

  /** Reads {@code namespace/name}, as {@link #toString()} prints it. */
  public static RouterRef parse(String text) {
    ObjectName parts = ObjectName.parse("ModelRouter", text);
    return new RouterRef(parts.namespace(), parts.name());
  }

  @Override
  public int compareTo(RouterRef other) {
    return ObjectName.compare(namespace, name, other.namespace, other.name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
