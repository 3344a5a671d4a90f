package dev.sluice.foreman.rpc;

import com.google.rpc.BadRequest.FieldViolation;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.model.ServiceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with a request, so that the caller is told everything at once. */
final class Violations {

  private final List<FieldViolation> found = new ArrayList<>();

  void add(String field, String description) {
    found.add(FieldViolation.newBuilder().setField(field).setDescription(description).build());
  }

  /** The service named by a field; empty, with a violation, if it can't be a service's name. */
  Optional<ServiceRef> service(String field, ObjectReference reference) {
    try {
      return Optional.of(BreachCodec.decode(reference));
    } catch (IllegalArgumentException notAName) {
      add(field, String.valueOf(notAName.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * Ends the reading of the request.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT if anything is wrong
   */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw BreachErrors.invalid(found);
    }
  }
}
