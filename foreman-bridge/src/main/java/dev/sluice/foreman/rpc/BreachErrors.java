package dev.sluice.foreman.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.sluice.model.ServiceRef;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The gRPC errors of the breach service. Each carries {@code google.rpc.ErrorInfo} with a reason
 * for programs, as AIP-193 asks.
 */
final class BreachErrors {

  private static final String DOMAIN = "sluice.dev";

  private BreachErrors() {}

  /** Fields that can't be what they are; never empty. */
  static StatusRuntimeException invalid(List<FieldViolation> violations) {
    String message =
        violations.stream()
            .map(violation -> violation.getField() + ": " + violation.getDescription())
            .collect(Collectors.joining("; "));
    return error(
        Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        message,
        Map.of(),
        BadRequest.newBuilder().addAllFieldViolations(violations).build());
  }

  static StatusRuntimeException notFound(ServiceRef service) {
    return error(
        Code.NOT_FOUND,
        "SERVICE_NOT_KNOWN",
        "InferenceService " + service + " is not known (expected: one of ListServices)",
        Map.of("service", service.toString()));
  }

  static StatusRuntimeException noVerdictsYet() {
    return error(
        Code.UNAVAILABLE,
        "NO_VERDICTS_YET",
        "no verdicts yet; ask again in a few seconds",
        Map.of());
  }

  static StatusRuntimeException watcherTooSlow() {
    return error(
        Code.RESOURCE_EXHAUSTED,
        "WATCHER_TOO_SLOW",
        "the watch was not read for too long; watch again from the last revision",
        Map.of());
  }

  static StatusRuntimeException stopping() {
    return error(Code.UNAVAILABLE, "SERVER_STOPPING", "the server stops; watch again", Map.of());
  }

  static StatusRuntimeException internal() {
    return error(
        Code.INTERNAL,
        "INTERNAL",
        "a bug in the breach service; its log has the details",
        Map.of());
  }

  private static StatusRuntimeException error(
      Code code, String reason, String message, Map<String, String> metadata, Message... details) {
    Status.Builder status =
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(message)
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(DOMAIN)
                        .putAllMetadata(metadata)
                        .build()));
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
