package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.foreman.admission.Target;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.admission.TargetResolver.Work;
import java.util.Optional;

/** Reads where work would go, and follows it to a service. */
final class TargetReader {

  private final TargetResolver resolver;

  TargetReader(TargetResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Follows the target of a check.
   *
   * @param field the path of the check in the request with a dot, for violations; may be empty
   * @return empty, with a violation, if the target can't be read
   */
  Optional<Work> read(String field, CheckDispatchRequest check, Violations violations) {
    DispatchTarget target = check.getTarget();
    String path = field + "target";
    int priority = check.getPriority();
    return switch (target.getReferenceCase()) {
      case INFERENCE_SERVICE ->
          violations
              .service(path + ".inference_service", target.getInferenceService())
              .map(service -> Work.unnamed(Target.service(service), priority));
      case AGENT ->
          named(path + ".agent", target.getAgent(), violations)
              .map(agent -> resolver.agent(agent.getNamespace(), agent.getName()))
              .map(resolved -> Work.unnamed(resolved, priority));
      case AGENTIC_TASK ->
          named(path + ".agentic_task", target.getAgenticTask(), violations)
              .map(task -> resolver.agenticTask(task.getNamespace(), task.getName()))
              .map(work -> priority == 0 ? work : work.at(priority));
      case REFERENCE_NOT_SET -> {
        violations.add(path, "is not set (expected: inference_service, agent or agentic_task)");
        yield Optional.empty();
      }
    };
  }

  private static Optional<ObjectReference> named(
      String field, ObjectReference reference, Violations violations) {
    if (reference.getNamespace().isEmpty()) {
      violations.add(field + ".namespace", "is empty (expected: the object's namespace)");
    }
    if (reference.getName().isEmpty()) {
      violations.add(field + ".name", "is empty (expected: the object's name)");
    }
    return reference.getNamespace().isEmpty() || reference.getName().isEmpty()
        ? Optional.empty()
        : Optional.of(reference);
  }
}
