package dev.sluice.foreman.client;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.ServiceSnapshot;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.model.ServiceVerdict;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Instant;

/** A breach service that says one thing to whoever watches, and then no more. */
final class FixedBreachService extends BreachServiceGrpc.BreachServiceImplBase
    implements AutoCloseable {

  private final WatchResponse message;
  private final Server server;

  FixedBreachService(ServiceVerdict verdict) throws IOException {
    DispatchDecision decision = Dispatcher.decide(Standing.of(verdict), 0, Instant.now(), 1);
    message =
        WatchResponse.newBuilder()
            .setRevision(1)
            .setSnapshot(
                ServiceSnapshot.newBuilder().addServices(BreachCodec.encode(verdict, decision)))
            .build();
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(this)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    observer.onNext(message);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
