package dev.sluice.foreman.admission;

import java.util.Optional;

/**
 * Follows a Foreman object to the InferenceServices that its work lands on. Implementations answer
 * from memory and are safe for use by any thread.
 */
public interface TargetResolver {

  /** Where this Agent's work goes. */
  Target agent(String namespace, String name);

  /** This AgenticTask's work. */
  Work agenticTask(String namespace, String name);

  /**
   * Whether this AgenticTask will run as a Job, for which no node is reserved; false if unknown.
   */
  default boolean runsAsJob(String namespace, String task) {
    return false;
  }

  /**
   * A piece of work.
   *
   * @param target where it goes
   * @param priority as its task declares it; higher goes first
   * @param name its task, {@code NAMESPACE/NAME}; empty if it isn't known
   */
  record Work(Target target, int priority, Optional<String> name) {

    /** Work of which no task is known. */
    public static Work unnamed(Target target, int priority) {
      return new Work(target, priority, Optional.empty());
    }

    /** The same work at another priority. */
    public Work at(int otherPriority) {
      return new Work(target, otherPriority, name);
    }
  }

  /** Knows no Foreman objects: all their work is admitted. */
  static TargetResolver none() {
    return new TargetResolver() {
      @Override
      public Target agent(String namespace, String name) {
        return unknown("Agent", namespace, name);
      }

      @Override
      public Work agenticTask(String namespace, String name) {
        return Work.unnamed(unknown("AgenticTask", namespace, name), 0);
      }
    };
  }

  /** The target of an object that isn't known. */
  static Target unknown(String kind, String namespace, String name) {
    return new Target.Nowhere("%s %s/%s is not known".formatted(kind, namespace, name));
  }
}
