package dev.sluice.xds.serving;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A node that speaks delta. */
final class FakeDeltaNode extends FakeNode<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

  /** What it has been sent: version by name, by type URL. */
  private final Map<String, Map<String, String>> held = new TreeMap<>();

  FakeDeltaNode(int port, String id, String cluster) {
    super(
        port,
        id,
        cluster,
        (channel, responses) ->
            AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(responses));
  }

  static FakeDeltaNode of(XdsServer server, String id) {
    return new FakeDeltaNode(server.port(), id, TestFleet.CHAT.toString());
  }

  void subscribe(XdsType type, String... names) {
    subscribe(type, List.of(names), Map.of());
  }

  void subscribe(XdsType type, Collection<String> names, Map<String, String> initial) {
    send(
        request(type)
            .setNode(node())
            .addAllResourceNamesSubscribe(names)
            .putAllInitialResourceVersions(initial)
            .build());
  }

  void unsubscribe(XdsType type, String name) {
    send(request(type).addResourceNamesUnsubscribe(name).build());
  }

  /** Takes the next response, which must be of that type. */
  DeltaDiscoveryResponse next(XdsType type) {
    DeltaDiscoveryResponse response = next();
    if (!response.getTypeUrl().equals(type.typeUrl())) {
      throw new AssertionError("expected " + type + " but got " + response);
    }
    return response;
  }

  DeltaDiscoveryResponse nextAcked(XdsType type) {
    DeltaDiscoveryResponse response = next(type);
    ack(response);
    return response;
  }

  void ack(DeltaDiscoveryResponse response) {
    Map<String, String> versions =
        held.computeIfAbsent(response.getTypeUrl(), _ -> new TreeMap<>());
    response.getResourcesList().forEach(one -> versions.put(one.getName(), one.getVersion()));
    versions.keySet().removeAll(response.getRemovedResourcesList());
    send(answer(response).build());
  }

  void nack(DeltaDiscoveryResponse response, String words) {
    send(answer(response).setErrorDetail(error(words)).build());
  }

  /** What a reconnecting node would claim to have. */
  Map<String, String> held(XdsType type) {
    return held.getOrDefault(type.typeUrl(), Map.of());
  }

  /** Takes and acknowledges the four types of {@link TestFleet}, in the order of a new Envoy. */
  FakeDeltaNode converge(String... clusters) {
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

  private static DeltaDiscoveryRequest.Builder request(XdsType type) {
    return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
  }

  private static DeltaDiscoveryRequest.Builder answer(DeltaDiscoveryResponse response) {
    return DeltaDiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setResponseNonce(response.getNonce());
  }
}
