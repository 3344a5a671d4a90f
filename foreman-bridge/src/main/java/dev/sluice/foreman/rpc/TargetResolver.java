package dev.sluice.foreman.rpc;

import dev.sluice.model.ServiceRef;
import java.util.Optional;

/**
 * Follows a Foreman object to the InferenceService that its work lands on. Implementations answer
 * from memory and are safe for use by any thread.
 */
public interface TargetResolver {

  /** Where this Agent's work goes; empty if it has no model or isn't known. */
  Optional<ServiceRef> agent(String namespace, String name);

  /** Where this AgenticTask's work goes; empty if it has no Agent or isn't known. */
  Optional<ServiceRef> agenticTask(String namespace, String name);

  /** Knows no Foreman objects: all their work is admitted. */
  static TargetResolver none() {
    return new TargetResolver() {
      @Override
      public Optional<ServiceRef> agent(String namespace, String name) {
        return Optional.empty();
      }

      @Override
      public Optional<ServiceRef> agenticTask(String namespace, String name) {
        return Optional.empty();
      }
    };
  }
}
