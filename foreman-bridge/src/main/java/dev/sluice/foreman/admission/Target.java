package dev.sluice.foreman.admission;

import dev.sluice.model.ServiceRef;
import java.util.List;

/** Where a piece of work lands. */
public sealed interface Target {

  /**
   * On one of these services: more than one where a router stands before them, and then the work
   * may go as long as one of them takes it.
   *
   * @param any not empty
   */
  record Services(List<ServiceRef> any) implements Target {
    public Services {
      any = List.copyOf(any);
      if (any.isEmpty()) {
        throw new IllegalArgumentException("any: [] (expected: at least one service)");
      }
    }
  }

  /**
   * On none that a verdict could speak for.
   *
   * @param why one sentence for a person
   */
  record Nowhere(String why) implements Target {}

  /** On this service. */
  static Target service(ServiceRef service) {
    return new Services(List.of(service));
  }
}
