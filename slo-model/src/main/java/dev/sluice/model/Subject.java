package dev.sluice.model;

import java.util.Optional;

/** Whom a verdict is about: a whole service, or one replica of it (a pod, or host:port). */
public sealed interface Subject extends Comparable<Subject> {

  /** The service meant, or the one the replica belongs to. */
  ServiceRef service();

  /** The replica's name, if one replica alone is meant. */
  Optional<String> replica();

  /** The whole service. */
  record Whole(ServiceRef service) implements Subject {
    @Override
    public Optional<String> replica() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return service.toString();
    }
  }

  /**
   * One replica.
   *
   * @param name the pod's name, or {@code host:port} where the objective groups by instance
   */
  record Replica(ServiceRef service, String name) implements Subject {
    @Override
    public Optional<String> replica() {
      return Optional.of(name);
    }

    @Override
    public String toString() {
      return service + "[" + name + "]";
    }
  }

  @Override
  default int compareTo(Subject other) {
    int byService = service().compareTo(other.service());
    return byService != 0 ? byService : replica().orElse("").compareTo(other.replica().orElse(""));
  }
}
