package dev.sluice.xds.serving;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that takes no message from the transport until the test says so. */
final class DeafNode implements AutoCloseable {

  private final ManagedChannel channel;
  private final Inbox inbox = new Inbox();

  DeafNode(int port) {
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    var _ = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(inbox);
  }

  void subscribe(XdsType type) {
    inbox
        .call()
        .onNext(
            DeltaDiscoveryRequest.newBuilder()
                .setNode(
                    Node.newBuilder().setId("deaf").setCluster(TestFleet.CHAT.toString()).build())
                .setTypeUrl(type.typeUrl())
                .build());
  }

  DeltaDiscoveryResponse readAndAck() {
    inbox.call().request(1);
    DeltaDiscoveryResponse response = inbox.take();
    inbox
        .call()
        .onNext(
            DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .build());
    return response;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class Inbox
      implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

    private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<DeltaDiscoveryRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> starting) {
      starting.disableAutoRequestWithInitial(0);
      call = starting;
    }

    ClientCallStreamObserver<DeltaDiscoveryRequest> call() {
      ClientCallStreamObserver<DeltaDiscoveryRequest> started = call;
      if (started == null) {
        throw new IllegalStateException("the call has not started");
      }
      return started;
    }

    DeltaDiscoveryResponse take() {
      try {
        DeltaDiscoveryResponse response = responses.poll(10, TimeUnit.SECONDS);
        if (response == null) {
          throw new AssertionError("no response came");
        }
        return response;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
