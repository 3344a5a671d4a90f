package dev.sluice.xds.serving;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that we can end while others respond to it: gRPC's own isn't made for two threads, and
 * fails whoever responds to an ended one.
 */
final class EndableCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  private boolean ended;

  EndableCall(ServerCall<Q, R> call) {
    super(call);
  }

  synchronized void end(Status status) {
    close(status, new Metadata());
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!ended) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (!ended) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!ended) {
      ended = true;
      super.close(status, trailers);
    }
  }
}
