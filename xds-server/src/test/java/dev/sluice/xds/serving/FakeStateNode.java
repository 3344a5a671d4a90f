package dev.sluice.xds.serving;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A node that speaks state of the world. */
final class FakeStateNode extends FakeNode<DiscoveryRequest, DiscoveryResponse> {

  private final Map<XdsType, List<String>> names = new EnumMap<>(XdsType.class);
  private final Map<XdsType, String> accepted = new EnumMap<>(XdsType.class);

  private FakeStateNode(int port, String id, String cluster) {
    super(
        port,
        id,
        cluster,
        (channel, responses) ->
            AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(responses));
  }

  static FakeStateNode of(XdsServer server, String id) {
    return new FakeStateNode(server.port(), id, TestFleet.CHAT.toString());
  }

  void subscribe(XdsType type, String... wanted) {
    names.put(type, List.of(wanted));
    send(request(type).setNode(node()).build());
  }

  /** As a reconnecting node does it. */
  void subscribeHaving(XdsType type, String version, String... wanted) {
    accepted.put(type, version);
    subscribe(type, wanted);
  }

  DiscoveryResponse next(XdsType type) {
    DiscoveryResponse response = next();
    if (!response.getTypeUrl().equals(type.typeUrl())) {
      throw new AssertionError("expected " + type + " but got " + response);
    }
    return response;
  }

  DiscoveryResponse nextAcked(XdsType type) {
    DiscoveryResponse response = next(type);
    ack(type, response);
    return response;
  }

  void ack(XdsType type, DiscoveryResponse response) {
    accepted.put(type, response.getVersionInfo());
    send(request(type).setResponseNonce(response.getNonce()).build());
  }

  void nack(XdsType type, DiscoveryResponse response, String words) {
    send(request(type).setResponseNonce(response.getNonce()).setErrorDetail(error(words)).build());
  }

  /** Asks for other names, with the nonce of a response that is answered already. */
  void rename(XdsType type, DiscoveryResponse latest, String... wanted) {
    names.put(type, List.of(wanted));
    send(request(type).setResponseNonce(latest.getNonce()).build());
  }

  String accepted(XdsType type) {
    return accepted.getOrDefault(type, "");
  }

  FakeStateNode converge(String... clusters) {
    subscribe(XdsType.CLUSTERS);
    nextAcked(XdsType.CLUSTERS);
    subscribe(XdsType.ASSIGNMENTS, clusters);
    nextAcked(XdsType.ASSIGNMENTS);
    subscribe(XdsType.LISTENERS);
    nextAcked(XdsType.LISTENERS);
    subscribe(XdsType.ROUTES, "routes");
    nextAcked(XdsType.ROUTES);
    return this;
  }

  private DiscoveryRequest.Builder request(XdsType type) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(type.typeUrl())
        .setVersionInfo(accepted(type))
        .addAllResourceNames(names.getOrDefault(type, List.of()));
  }
}
