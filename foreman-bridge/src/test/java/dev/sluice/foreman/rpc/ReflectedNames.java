package dev.sluice.foreman.rpc;

import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The names of the services that a server reflects. */
final class ReflectedNames implements StreamObserver<ServerReflectionResponse> {

  private final CompletableFuture<List<String>> names = new CompletableFuture<>();

  List<String> await() {
    return names.orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void onNext(ServerReflectionResponse response) {
    names.complete(
        response.getListServicesResponse().getServiceList().stream()
            .map(ServiceResponse::getName)
            .toList());
  }

  @Override
  public void onError(Throwable failed) {
    names.completeExceptionally(failed);
  }

  @Override
  public void onCompleted() {}
}
