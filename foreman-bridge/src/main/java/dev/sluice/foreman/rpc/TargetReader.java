package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.model.ServiceRef;
import java.util.Optional;

/** Reads where work would go, and follows it to a service. */
final class TargetReader {

  private final TargetResolver resolver;

  TargetReader(TargetResolver resolver) {
    this.resolver = resolver;
  }

  /** The service a target leads to; none, with words for a person, if it leads to none. */
  sealed interface Destination {
    record Service(ServiceRef service) implements Destination {}

    record Nowhere(String why) implements Destination {}
  }

  /**
   * Follows a target.
   *
   * @param field the path of the target in the request, for violations
   * @return empty, with a violation, if the target can't be read
   */
  Optional<Destination> read(String field, DispatchTarget target, Violations violations) {
    return switch (target.getReferenceCase()) {
      case INFERENCE_SERVICE ->
          violations
              .service(field + ".inference_service", target.getInferenceService())
              .map(Destination.Service::new);
      case AGENT -> agent(field + ".agent", target.getAgent(), violations);
      case AGENTIC_TASK ->
          agenticTask(field + ".agentic_task", target.getAgenticTask(), violations);
      case REFERENCE_NOT_SET -> {
        violations.add(field, "is not set (expected: inference_service, agent or agentic_task)");
        yield Optional.empty();
      }
    };
  }

  private Optional<Destination> agent(String field, ObjectReference agent, Violations violations) {
    if (!isNamed(field, agent, violations)) {
      return Optional.empty();
    }
    return Optional.of(
        destination("Agent", agent, resolver.agent(agent.getNamespace(), agent.getName())));
  }

  private Optional<Destination> agenticTask(
      String field, ObjectReference task, Violations violations) {
    if (!isNamed(field, task, violations)) {
      return Optional.empty();
    }
    return Optional.of(
        destination(
            "AgenticTask", task, resolver.agenticTask(task.getNamespace(), task.getName())));
  }

  private static boolean isNamed(String field, ObjectReference reference, Violations violations) {
    if (reference.getNamespace().isEmpty()) {
      violations.add(field + ".namespace", "is empty (expected: the object's namespace)");
    }
    if (reference.getName().isEmpty()) {
      violations.add(field + ".name", "is empty (expected: the object's name)");
    }
    return !reference.getNamespace().isEmpty() && !reference.getName().isEmpty();
  }

  private static Destination destination(
      String kind, ObjectReference reference, Optional<ServiceRef> service) {
    return service
        .<Destination>map(Destination.Service::new)
        .orElseGet(
            () ->
                new Destination.Nowhere(
                    "%s %s/%s leads to no InferenceService that is known"
                        .formatted(kind, reference.getNamespace(), reference.getName())));
  }
}
