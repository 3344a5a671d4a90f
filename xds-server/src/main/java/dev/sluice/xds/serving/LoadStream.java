package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.LoadWindow;
import dev.sluice.xds.load.Requests;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.grpc.StatusException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The load reports of one node. What it keeps goes with the stream: a node that is gone serves
 * nothing, and one that comes back begins anew.
 *
 * <p><em>Thread:</em> gRPC calls {@link #received} one at a time; {@link #requests} is for any.
 * <em>On failure:</em> a fleet that the node may not have ends the stream with PERMISSION_DENIED;
 * what isn't known of a report is left out. <em>On shutdown:</em> nothing to do.
 */
final class LoadStream {

  private final Fleets fleets;
  private final InstantSource clock;
  private final Optional<AllowedFleets> allowed;
  private final Runnable accept;
  private String cluster = "";
  private boolean begun;
  private volatile Optional<RouterRef> fleet = Optional.empty();
  private volatile LoadWindow window;

  /**
   * @param allowed the fleets that the node may report of; any if empty
   * @param empty how much is kept
   * @param accept tells the node what to report, once it is known who it is
   */
  LoadStream(
      Fleets fleets,
      InstantSource clock,
      Optional<AllowedFleets> allowed,
      LoadWindow empty,
      Runnable accept) {
    this.fleets = fleets;
    this.clock = clock;
    this.allowed = allowed;
    this.window = empty;
    this.accept = accept;
  }

  void received(LoadStatsRequest request) throws StatusException {
    if (!begun) {
      begin(request.getNode().getCluster());
    }
    Requests report = fleets.backends(cluster).requests(request.getClusterStatsList());
    window = window.with(report, clock.instant());
  }

  private void begin(String name) throws StatusException {
    if (allowed.isPresent() && !allowed.get().allow(name)) {
      throw fleets.refused(name, allowed.get());
    }
    begun = true;
    fleet = Fleets.ref(name);
    cluster = fleet.map(RouterRef::toString).orElse("");
    accept.run();
  }

  /** Empty before the first request, and for a node of no router. */
  Optional<RouterRef> fleet() {
    return fleet;
  }

  Requests requests(Instant now) {
    return window.total(now);
  }
}
