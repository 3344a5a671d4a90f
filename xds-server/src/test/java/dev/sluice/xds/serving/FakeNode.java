package dev.sluice.xds.serving;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * An xDS client that does what the test tells it: one stream, its responses in a queue.
 *
 * @param <Q> requests
 * @param <R> responses
 */
abstract class FakeNode<Q, R> implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  private final ManagedChannel channel;
  private final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<Throwable>> ends = new LinkedBlockingQueue<>();
  private final StreamObserver<Q> requests;
  private final Node node;

  FakeNode(
      int port,
      String id,
      String cluster,
      BiFunction<Channel, StreamObserver<R>, StreamObserver<Q>> method) {
    this.node = Node.newBuilder().setId(id).setCluster(cluster).build();
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.requests = method.apply(channel, new Inbox());
  }

  Node node() {
    return node;
  }

  static Status error(String words) {
    return Status.newBuilder().setCode(3).setMessage(words).build();
  }

  void send(Q request) {
    requests.onNext(request);
  }

  /** The next response, which has to come. */
  R next() {
    R response = poll(responses);
    if (response == null) {
      throw new AssertionError("no response came");
    }
    return response;
  }

  /** How the stream ended, which it has to. */
  Optional<Throwable> end() {
    Optional<Throwable> end = poll(ends);
    if (end == null) {
      throw new AssertionError("the stream did not end");
    }
    return end;
  }

  private static <T> @Nullable T poll(BlockingQueue<T> queue) {
    try {
      return queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Responses that have arrived and were not taken. */
  int unread() {
    return responses.size();
  }

  /** Ends the stream as a client does that is done. */
  void complete() {
    requests.onCompleted();
  }

  /** Breaks the stream off, as a node that is killed does. */
  final void breakOff() {
    channel.shutdownNow();
  }

  @Override
  public void close() {
    breakOff();
  }

  private final class Inbox implements StreamObserver<R> {
    @Override
    public void onNext(R response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable error) {
      ends.add(Optional.of(error));
    }

    @Override
    public void onCompleted() {
      ends.add(Optional.empty());
    }
  }
}
