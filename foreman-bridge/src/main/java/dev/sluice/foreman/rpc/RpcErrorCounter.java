package dev.sluice.foreman.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Counts every call that the server ends with a status other than OK. */
final class RpcErrorCounter implements ServerInterceptor {

  private final BreachMetrics metrics;

  RpcErrorCounter(BreachMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (!status.isOk()) {
              metrics.failed(
                  String.valueOf(getMethodDescriptor().getBareMethodName()), status.getCode());
            }
            super.close(status, trailers);
          }
        },
        headers);
  }
}
