package dev.sluice.xds.serving;

import dev.sluice.xds.serving.TypeStream.Outgoing;
import dev.sluice.xds.serving.TypeStream.Sent;
import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.VersionedResource;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.WatchCancelledException;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.controlplane.server.exception.RequestException;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ADS stream, as java-control-plane's server sees it: the callbacks that hear each message and
 * the watcher that decides when to respond. The server keeps to the wire protocol (nonces, message
 * forms); what a node is to be sent is decided by its {@link Node} and {@link Fleet}.
 *
 * <p>Each stream has its own, so it knows its node without a lookup, and everything about a node is
 * freed with it.
 *
 * <p><em>Thread:</em> gRPC calls one method at a time; the fleet's monitor guards what is shared
 * with the thread that publishes. <em>On failure:</em> an answer to a response that was never sent
 * ends the stream with INVALID_ARGUMENT, and a fleet that the node may not have with
 * PERMISSION_DENIED. <em>On shutdown:</em> the node leaves its fleet when the stream ends, however
 * it ends.
 */
final class AdsStream implements DiscoveryServerCallbacks, ConfigWatcher {

  private static final Logger log = LoggerFactory.getLogger(AdsStream.class);

  private final Fleets fleets;
  private final InstantSource clock;
  private final Optional<AllowedFleets> allowed;
  private @Nullable Joined joined;
  private boolean closed;

  private record Joined(String cluster, Fleet fleet, Node node) {}

  /**
   * @param allowed the fleets that the node may ask for; any if empty
   */
  AdsStream(Fleets fleets, InstantSource clock, Optional<AllowedFleets> allowed) {
    this.fleets = fleets;
    this.clock = clock;
    this.allowed = allowed;
  }

  @Override
  public void onV3StreamDeltaRequest(long streamId, DeltaDiscoveryRequest request)
      throws RequestException {
    Joined here = join(request.getNode());
    Optional<XdsType> type = XdsType.of(request.getTypeUrl());
    if (type.isEmpty()) {
      return;
    }
    synchronized (here.fleet()) {
      boolean first = here.node().type(type.get()).isEmpty();
      TypeStream stream =
          here.node()
              .type(
                  type.get(),
                  () ->
                      TypeStream.delta(
                          type.get(),
                          request.getResourceNamesSubscribeList(),
                          request.getInitialResourceVersionsMap()));
      if (!first) {
        stream.unsubscribe(request.getResourceNamesUnsubscribeList());
        stream.subscribe(request.getResourceNamesSubscribeList());
      }
      String nonce = request.getResponseNonce();
      boolean answers = !nonce.isEmpty();
      if (answers && !answer(here, stream, nonce, errorOf(request))) {
        throw new RequestException(
            Status.INVALID_ARGUMENT.withDescription(
                "response_nonce: \"%s\" (expected: that of an unanswered response)"
                    .formatted(nonce)));
      }
    }
  }

  @Override
  public void onV3StreamRequest(long streamId, DiscoveryRequest request) throws RequestException {
    Joined here = join(request.getNode());
    Optional<XdsType> type = XdsType.of(request.getTypeUrl());
    if (type.isEmpty()) {
      return;
    }
    synchronized (here.fleet()) {
      TypeStream stream =
          here.node()
              .type(
                  type.get(),
                  () ->
                      TypeStream.stateOfTheWorld(
                          type.get(), request.getResourceNamesList(), request.getVersionInfo()));
      stream.replaceSubscription(request.getResourceNamesList());
      // A nonce that is answered already comes with a mere change of names.
      boolean _ = answer(here, stream, request.getResponseNonce(), errorOf(request));
    }
  }

  private static Optional<String> errorOf(DeltaDiscoveryRequest request) {
    return request.hasErrorDetail()
        ? Optional.of(request.getErrorDetail().getMessage())
        : Optional.empty();
  }

  private static Optional<String> errorOf(DiscoveryRequest request) {
    return request.hasErrorDetail()
        ? Optional.of(request.getErrorDetail().getMessage())
        : Optional.empty();
  }

  private boolean answer(Joined here, TypeStream stream, String nonce, Optional<String> error) {
    Optional<Sent> sent =
        error.isPresent()
            ? stream.rejected(nonce, error.get())
            : stream.acknowledged(nonce, clock.instant());
    sent.ifPresent(
        response -> {
          if (error.isPresent()) {
            here.fleet().rejected(here.node(), stream.type(), response, error.get());
          } else {
            here.fleet().acknowledged(here.node(), stream.type(), response);
          }
        });
    return sent.isPresent();
  }

  private Joined join(io.envoyproxy.envoy.config.core.v3.Node who) throws RequestException {
    if (joined == null) {
      if (allowed.isPresent() && !allowed.get().allow(who.getCluster())) {
        throw fleets.refused(who.getCluster(), allowed.get());
      }
      Node node = new Node(who.getId(), who.getCluster(), clock.instant());
      joined = new Joined(who.getCluster(), fleets.join(who.getCluster(), node), node);
    }
    return joined;
  }

  @Override
  public DeltaWatch createDeltaWatch(
      DeltaXdsRequest request,
      String requesterVersion,
      Map<String, String> resourceVersions,
      Set<String> pendingResources,
      boolean isWildcard,
      Consumer<DeltaResponse> responseConsumer,
      boolean hasClusterChanged) {
    DeltaWatch watch =
        new DeltaWatch(request, Map.of(), Set.of(), requesterVersion, isWildcard, responseConsumer);
    open(
        request.getTypeUrl(),
        out ->
            watch.respond(
                DeltaResponse.create(request, out.resources(), out.removed(), out.version())));
    return watch;
  }

  @Override
  public Watch createWatch(
      boolean ads,
      XdsRequest request,
      Set<String> knownResourceNames,
      Consumer<Response> responseConsumer,
      boolean hasClusterChanged,
      boolean allowDefaultEmptyEdsUpdate) {
    Watch watch = new Watch(ads, allowDefaultEmptyEdsUpdate, request, responseConsumer);
    open(
        request.getTypeUrl(),
        out ->
            watch.respond(
                Response.create(
                    request,
                    out.resources().values().stream().map(VersionedResource::resource).toList(),
                    out.version())));
    return watch;
  }

  private interface Respond {
    void to(Outgoing response) throws WatchCancelledException;
  }

  private void open(String typeUrl, Respond respond) {
    Joined here = joined;
    Optional<XdsType> type = XdsType.of(typeUrl);
    if (here == null || type.isEmpty()) {
      return;
    }
    synchronized (here.fleet()) {
      here.node().type(type.get()).ifPresent(stream -> stream.open(out -> send(respond, out)));
      here.fleet().advance(here.node());
    }
  }

  private static void send(Respond respond, Outgoing response) {
    try {
      respond.to(response);
    } catch (WatchCancelledException e) {
      log.debug("the stream ended before it could be sent a response", e);
    }
  }

  @Override
  public void onV3StreamDeltaResponse(
      long streamId, DeltaDiscoveryRequest request, DeltaDiscoveryResponse response) {
    numbered(response.getTypeUrl(), response.getNonce());
  }

  @Override
  public void onV3StreamResponse(
      long streamId, DiscoveryRequest request, DiscoveryResponse response) {
    numbered(response.getTypeUrl(), response.getNonce());
  }

  /** Comes while the response is being sent, so with the fleet locked already. */
  private void numbered(String typeUrl, String nonce) {
    Joined here = joined;
    if (here != null) {
      XdsType.of(typeUrl).flatMap(here.node()::type).ifPresent(stream -> stream.numbered(nonce));
    }
  }

  @Override
  public void onStreamClose(long streamId, String typeUrl) {
    close();
  }

  @Override
  public void onStreamCloseWithError(long streamId, String typeUrl, Throwable error) {
    close();
  }

  /** The stream ended; may be called more than once. */
  void close() {
    Joined here = joined;
    if (here != null && !closed) {
      closed = true;
      fleets.leave(here.cluster(), here.node());
    }
  }
}
