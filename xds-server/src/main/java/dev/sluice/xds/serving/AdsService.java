package dev.sluice.xds.serving;

import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;

/**
 * ADS in both protocols. A java-control-plane server per stream costs a few small objects, and
 * gives each stream callbacks and a watcher of its own; see {@link AdsStream}.
 *
 * <p>Responses are sent by the thread that publishes or that delivered the node's request: gRPC
 * only queues them for its event loop, and a fleet's nodes are few.
 */
final class AdsService extends AggregatedDiscoveryServiceImplBase {

  private final Fleets fleets;
  private final InstantSource clock;

  AdsService(Fleets fleets, InstantSource clock) {
    this.fleets = fleets;
    this.clock = clock;
  }

  @Override
  public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
      StreamObserver<DeltaDiscoveryResponse> responses) {
    return serve(responses).deltaAggregatedResources(responses);
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamAggregatedResources(
      StreamObserver<DiscoveryResponse> responses) {
    return serve(responses).streamAggregatedResources(responses);
  }

  private AggregatedDiscoveryServiceImplBase serve(StreamObserver<?> responses) {
    AdsStream stream = new AdsStream(fleets, clock, AllowedFleets.ofThisCall());
    if (responses instanceof ServerCallStreamObserver<?> call) {
      // java-control-plane tells its callbacks of the ends that the client makes, not of its own.
      call.setOnCloseHandler(stream::close);
    }
    return new V3DiscoveryServer(stream, stream).getAggregatedDiscoveryServiceImpl();
  }
}
