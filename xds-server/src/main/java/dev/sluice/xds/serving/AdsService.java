package dev.sluice.xds.serving;

import dev.sluice.xds.serving.TypeStream.Outgoing;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;

/**
 * ADS in both protocols; see {@link AdsStream}.
 *
 * <p>java-control-plane's own server isn't used: for each stream it keeps the names and versions a
 * second time, and unpacks every resource that a node acknowledges. With 100 nodes of 5,000
 * clusters that was most of what a first load cost.
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
    AdsStream stream =
        new AdsStream(
            fleets,
            clock,
            AllowedFleets.ofThisCall(),
            (type, nonce, content) -> responses.onNext(delta(type, nonce, content)));
    return StreamRequests.of(stream::received, stream::close, responses);
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamAggregatedResources(
      StreamObserver<DiscoveryResponse> responses) {
    AdsStream stream =
        new AdsStream(
            fleets,
            clock,
            AllowedFleets.ofThisCall(),
            (type, nonce, content) -> responses.onNext(stateOfTheWorld(type, nonce, content)));
    return StreamRequests.of(stream::received, stream::close, responses);
  }

  private static DeltaDiscoveryResponse delta(XdsType type, String nonce, Outgoing content) {
    return DeltaDiscoveryResponse.newBuilder()
        .setTypeUrl(type.typeUrl())
        .setNonce(nonce)
        .setSystemVersionInfo(content.version())
        .addAllResources(content.resources())
        .addAllRemovedResources(content.removed())
        .build();
  }

  private static DiscoveryResponse stateOfTheWorld(XdsType type, String nonce, Outgoing content) {
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(nonce)
            .setVersionInfo(content.version());
    for (Resource resource : content.resources()) {
      response.addResources(resource.getResource());
    }
    return response.build();
  }
}
