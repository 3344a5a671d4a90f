package dev.sluice.xds.serving;

import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The requests of one stream, until it ends: when the peer says so or is gone, or with the status
 * that a request led to.
 */
final class StreamRequests<T> implements StreamObserver<T> {

  /** Takes a request, or ends the stream. */
  interface Receive<T> {
    void request(T request) throws StatusException;
  }

  private final Receive<T> receive;
  private final Runnable leave;
  private final StreamObserver<?> responses;
  private boolean ended;

  private StreamRequests(Receive<T> receive, Runnable leave, StreamObserver<?> responses) {
    this.receive = receive;
    this.leave = leave;
    this.responses = responses;
  }

  /**
   * @param leave called when the stream has ended, maybe more than once
   */
  static <T> StreamObserver<T> of(Receive<T> receive, Runnable leave, StreamObserver<?> responses) {
    if (responses instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(leave);
      call.setOnCloseHandler(leave);
    }
    return new StreamRequests<>(receive, leave, responses);
  }

  @Override
  public void onNext(T request) {
    if (ended) {
      return;
    }
    try {
      receive.request(request);
    } catch (StatusException e) {
      end();
      responses.onError(e);
    }
  }

  @Override
  public void onError(Throwable error) {
    end();
  }

  @Override
  public void onCompleted() {
    if (!ended) {
      end();
      responses.onCompleted();
    }
  }

  // First the node leaves, so nobody responds to it any more.
  private void end() {
    ended = true;
    leave.run();
  }
}
