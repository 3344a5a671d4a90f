package dev.sluice.model;

/**
 * A Pyrra {@code ServiceLevelObjective}. The name alone is not unique: two namespaces may use it.
 */
public record ObjectiveRef(String namespace, String name) implements Comparable<ObjectiveRef> {

  public ObjectiveRef {
    ObjectName.check("ServiceLevelObjective namespace", namespace);
    ObjectName.check("ServiceLevelObjective name", name);
  }

  /** Reads {@code namespace/name}, as {@link #toString()} prints it. */
  public static ObjectiveRef parse(String text) {
    ObjectName parts = ObjectName.parse("ServiceLevelObjective", text);
    return new ObjectiveRef(parts.namespace(), parts.name());
  }

  @Override
  public int compareTo(ObjectiveRef other) {
    return ObjectName.compare(namespace, name, other.namespace, other.name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
