package dev.sluice.xds.serving;

import dev.sluice.xds.serving.TypeStream.Outgoing;
import dev.sluice.xds.serving.TypeStream.Sent;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One ADS stream: it hears each request and keeps to the wire protocol (nonces, message forms);
 * what a node is to be sent is decided by its {@link Node} and {@link Fleet}.
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
final class AdsStream {

  /** Puts a response on the wire. */
  interface Transmit {
    void response(XdsType type, String nonce, Outgoing content);
  }

  private final Fleets fleets;
  private final InstantSource clock;
  private final Optional<AllowedFleets> allowed;
  private final Transmit transmit;
  private @Nullable Joined joined;
  private boolean closed;
  private long nonces;

  private record Joined(String cluster, Fleet fleet, Node node) {}

  /**
   * @param allowed the fleets that the node may ask for; any if empty
   */
  AdsStream(
      Fleets fleets, InstantSource clock, Optional<AllowedFleets> allowed, Transmit transmit) {
    this.fleets = fleets;
    this.clock = clock;
    this.allowed = allowed;
    this.transmit = transmit;
  }

  /** A request of a delta stream. */
  void received(DeltaDiscoveryRequest request) throws StatusException {
    Joined here = join(request.getNode());
    Optional<XdsType> type = typeOf(request.getTypeUrl());
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
        throw Status.INVALID_ARGUMENT
            .withDescription(
                "response_nonce: \"%s\" (expected: that of an unanswered response)"
                    .formatted(nonce))
            .asException();
      }
      advance(here, stream);
    }
  }

  /** A request of a state-of-the-world stream. */
  void received(DiscoveryRequest request) throws StatusException {
    Joined here = join(request.getNode());
    Optional<XdsType> type = typeOf(request.getTypeUrl());
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
      advance(here, stream);
    }
  }

  /** Empty for a type that fleets aren't served: it stays unanswered. */
  private static Optional<XdsType> typeOf(String typeUrl) throws StatusException {
    if (typeUrl.isEmpty()) {
      throw Status.INVALID_ARGUMENT
          .withDescription("type_url: \"\" (expected: that of the resources asked for)")
          .asException();
    }
    return XdsType.of(typeUrl);
  }

  private void advance(Joined here, TypeStream stream) {
    stream.open(response -> send(stream, response));
    here.fleet().advance(here.node());
  }

  /** Comes with the fleet locked, from whoever made the response due. */
  private void send(TypeStream stream, Outgoing response) {
    String nonce = Long.toString(nonces++);
    stream.numbered(nonce);
    transmit.response(stream.type(), nonce, response);
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

  private Joined join(io.envoyproxy.envoy.config.core.v3.Node who) throws StatusException {
    if (joined == null) {
      if (allowed.isPresent() && !allowed.get().allow(who.getCluster())) {
        throw fleets.refused(who.getCluster(), allowed.get());
      }
      Node node = new Node(who.getId(), who.getCluster(), clock.instant());
      joined = new Joined(who.getCluster(), fleets.join(who.getCluster(), node), node);
    }
    return joined;
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
