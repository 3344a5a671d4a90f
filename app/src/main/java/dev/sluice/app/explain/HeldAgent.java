package dev.sluice.app.explain;

import dev.sluice.model.ServiceRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One of Foreman's Agents that is held.
 *
 * @param name {@code NAMESPACE/NAME}
 * @param by whose hold it is: a decision as a label's value, or {@code manual}
 * @param until when it ends; empty if whoever holds it gave no end
 * @param services what its work lands on
 */
public record HeldAgent(
    String name, String by, Optional<Instant> until, List<ServiceRef> services) {
  public HeldAgent {
    services = List.copyOf(services);
  }
}
