package dev.sluice.xds.serving;

import com.google.protobuf.util.Durations;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.LoadWindow;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc.LoadReportingServiceImplBase;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Envoy's Load Reporting Service: each node says every so often how many requests each backend of
 * each rule was sent, and the last {@value #REPORTS_KEPT} reports of the nodes that are connected
 * are what was served.
 *
 * <p><em>Thread:</em> any. <em>On failure:</em> see {@link LoadStream}. <em>On shutdown:</em>
 * streams end with the server.
 */
final class LoadService extends LoadReportingServiceImplBase {

  private static final int REPORTS_KEPT = 6;

  private final Fleets fleets;
  private final InstantSource clock;
  private final Duration interval;
  private final Set<LoadStream> open = ConcurrentHashMap.newKeySet();

  LoadService(Fleets fleets, InstantSource clock, Duration interval) {
    this.fleets = fleets;
    this.clock = clock;
    this.interval = interval;
  }

  @Override
  public StreamObserver<LoadStatsRequest> streamLoadStats(
      StreamObserver<LoadStatsResponse> responses) {
    LoadStream stream =
        new LoadStream(
            fleets,
            clock,
            AllowedFleets.ofThisCall(),
            LoadWindow.empty(interval.multipliedBy(REPORTS_KEPT)),
            () -> responses.onNext(question()));
    open.add(stream);
    return StreamRequests.of(stream::received, () -> open.remove(stream), responses);
  }

  /** All clusters: a list of them would have to follow each change of the rules. */
  private LoadStatsResponse question() {
    return LoadStatsResponse.newBuilder()
        .setSendAllClusters(true)
        .setLoadReportingInterval(Durations.fromNanos(interval.toNanos()))
        .build();
  }

  /** What the connected nodes served lately. */
  ServedLoad served() {
    Instant now = clock.instant();
    Map<RouterRef, List<Requests>> parts = new HashMap<>();
    for (LoadStream stream : open) {
      stream
          .fleet()
          .ifPresent(
              fleet ->
                  parts.computeIfAbsent(fleet, _ -> new ArrayList<>()).add(stream.requests(now)));
    }
    Map<RouterRef, Requests> served = new HashMap<>();
    parts.forEach((fleet, requests) -> served.put(fleet, Requests.sum(requests)));
    return new ServedLoad(served);
  }
}
