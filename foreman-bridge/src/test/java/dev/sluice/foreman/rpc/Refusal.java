package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A gRPC error as a client reads it. */
record Refusal(Code code, ErrorInfo info, List<FieldViolation> violations) {

  /** The refusal that a call ends with. */
  static Refusal of(ThrowingCallable call) throws InvalidProtocolBufferException {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    List<Any> details =
        Optional.ofNullable(StatusProto.fromThrowable(thrown)).orElseThrow().getDetailsList();
    return new Refusal(
        thrown.getStatus().getCode(),
        detail(details, ErrorInfo.getDefaultInstance()),
        detail(details, BadRequest.getDefaultInstance()).getFieldViolationsList());
  }

  private static <M extends Message> M detail(List<Any> details, M absent)
      throws InvalidProtocolBufferException {
    for (Any detail : details) {
      if (detail.isSameTypeAs(absent)) {
        return detail.unpackSameTypeAs(absent);
      }
    }
    return absent;
  }
}
