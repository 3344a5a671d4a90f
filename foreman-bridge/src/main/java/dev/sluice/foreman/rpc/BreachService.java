package dev.sluice.foreman.rpc;

import dev.sluice.breach.v1.BatchCheckDispatchRequest;
import dev.sluice.breach.v1.BatchCheckDispatchResponse;
import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.CheckDispatchResponse;
import dev.sluice.breach.v1.GetServiceRequest;
import dev.sluice.breach.v1.GetServiceResponse;
import dev.sluice.breach.v1.ListServicesRequest;
import dev.sluice.breach.v1.ListServicesResponse;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver.Work;
import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of {@code breach.proto}, each answered from one snapshot in memory.
 *
 * <ul>
 *   <li><i>Thread</i>: any; nothing here is written to.
 *   <li><i>On failure</i>: bad requests and unknown services are gRPC errors; a bug is logged and
 *       answered with INTERNAL.
 *   <li><i>On shutdown</i>: calls under way are answered.
 * </ul>
 */
final class BreachService extends BreachServiceGrpc.BreachServiceImplBase {

  private static final Logger log = LoggerFactory.getLogger(BreachService.class);
  private static final int MAX_CHECKS = 1000;
  private static final int MAX_PAGE = 1000;
  private static final int DEFAULT_PAGE = 100;

  private final VerdictFeed feed;
  private final TargetReader targets;
  private final Decider decider;
  private final Watchers watchers;
  private final BreachMetrics metrics;

  BreachService(
      VerdictFeed feed,
      TargetReader targets,
      Decider decider,
      Watchers watchers,
      BreachMetrics metrics) {
    this.feed = feed;
    this.targets = targets;
    this.decider = decider;
    this.watchers = watchers;
    this.metrics = metrics;
  }

  @Override
  public void checkDispatch(
      CheckDispatchRequest request, StreamObserver<CheckDispatchResponse> observer) {
    answer(observer, () -> check(request));
  }

  @Override
  public void batchCheckDispatch(
      BatchCheckDispatchRequest request, StreamObserver<BatchCheckDispatchResponse> observer) {
    answer(observer, () -> check(request));
  }

  @Override
  public void getService(GetServiceRequest request, StreamObserver<GetServiceResponse> observer) {
    answer(observer, () -> get(request));
  }

  @Override
  public void listServices(
      ListServicesRequest request, StreamObserver<ListServicesResponse> observer) {
    answer(observer, () -> list(request));
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    watchers.add(request, (ServerCallStreamObserver<WatchResponse>) observer);
  }

  private CheckDispatchResponse check(CheckDispatchRequest request) {
    Violations violations = new Violations();
    Optional<Work> work = targets.read("", request, violations);
    violations.throwIfAny();
    VerdictSnapshot snapshot = snapshot();
    return CheckDispatchResponse.newBuilder()
        .setDecision(decide(work.orElseThrow(), snapshot))
        .setRevision(snapshot.revision())
        .build();
  }

  private BatchCheckDispatchResponse check(BatchCheckDispatchRequest request) {
    List<Work> works = works(request);
    VerdictSnapshot snapshot = snapshot();
    BatchCheckDispatchResponse.Builder response =
        BatchCheckDispatchResponse.newBuilder().setRevision(snapshot.revision());
    works.forEach(work -> response.addDecisions(decide(work, snapshot)));
    return response.build();
  }

  private List<Work> works(BatchCheckDispatchRequest request) {
    Violations violations = new Violations();
    if (request.getChecksCount() > MAX_CHECKS) {
      violations.add(
          "checks", request.getChecksCount() + " of them (expected: at most " + MAX_CHECKS + ")");
      violations.throwIfAny();
    }
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < request.getChecksCount(); i++) {
      targets.read("checks[" + i + "].", request.getChecks(i), violations).ifPresent(works::add);
    }
    violations.throwIfAny();
    return works;
  }

  private GetServiceResponse get(GetServiceRequest request) {
    Violations violations = new Violations();
    Optional<ServiceRef> service =
        violations.service("inference_service", request.getInferenceService());
    violations.throwIfAny();
    VerdictSnapshot snapshot = snapshot();
    ServiceVerdict verdict =
        snapshot
            .find(service.orElseThrow())
            .orElseThrow(() -> BreachErrors.notFound(service.orElseThrow()));
    return GetServiceResponse.newBuilder()
        .setService(BreachCodec.encode(verdict, decider.preview(verdict, 0)))
        .setRevision(snapshot.revision())
        .build();
  }

  private ListServicesResponse list(ListServicesRequest request) {
    Optional<PageToken> after = pageToken(request);
    VerdictSnapshot snapshot = snapshot();
    int size = pageSize(request);
    List<ServiceVerdict> found =
        snapshot.services().stream()
            .filter(each -> isIn(request.getNamespace(), each.service()))
            .filter(each -> after.isEmpty() || each.service().compareTo(after.get().last()) > 0)
            .limit(size + 1L)
            .toList();
    List<ServiceVerdict> page = found.subList(0, Math.min(size, found.size()));
    ListServicesResponse.Builder response =
        ListServicesResponse.newBuilder().setRevision(snapshot.revision());
    page.forEach(
        verdict -> response.addServices(BreachCodec.encode(verdict, decider.preview(verdict, 0))));
    if (found.size() > size) {
      response.setNextPageToken(new PageToken(page.getLast().service()).encode());
    }
    return response.build();
  }

  private static Optional<PageToken> pageToken(ListServicesRequest request) {
    Violations violations = new Violations();
    if (request.getPageSize() < 0) {
      violations.add("page_size", request.getPageSize() + " (expected: >= 0)");
    }
    Optional<PageToken> token = Optional.empty();
    try {
      if (!request.getPageToken().isEmpty()) {
        token = Optional.of(PageToken.decode(request.getPageToken()));
      }
    } catch (IllegalArgumentException notOurs) {
      violations.add(
          "page_token", "is not one of ours (expected: next_page_token of the page before)");
    }
    violations.throwIfAny();
    return token;
  }

  private static int pageSize(ListServicesRequest request) {
    int size = request.getPageSize();
    return size == 0 ? DEFAULT_PAGE : Math.min(size, MAX_PAGE);
  }

  static boolean isIn(String namespace, ServiceRef service) {
    return namespace.isEmpty() || namespace.equals(service.namespace());
  }

  private dev.sluice.breach.v1.DispatchDecision decide(Work work, VerdictSnapshot snapshot) {
    DispatchDecision decision = decider.decide(work, snapshot);
    metrics.decided(decision, Caller.current());
    return BreachCodec.encode(decision);
  }

  private VerdictSnapshot snapshot() {
    VerdictSnapshot snapshot = feed.current();
    if (!BreachServer.isPublished(snapshot)) {
      throw BreachErrors.noVerdictsYet();
    }
    return snapshot;
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> call) {
    T response;
    try {
      response = call.get();
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    } catch (RuntimeException bug) {
      log.error("msg=rpc-failed", bug);
      observer.onError(BreachErrors.internal());
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }
}
