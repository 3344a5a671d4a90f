package dev.sluice.app.loop;

import dev.sluice.model.VerdictSnapshot;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;

/** Makes a router's Envoy resources; a pure function, handed in so that tests can have it fail. */
@FunctionalInterface
public interface FleetCompiler {

  /** The resources; whatever it throws is the router's fault and stops no other router. */
  FleetResources compile(
      RouterSpec router, Topology topology, RouterShares shares, VerdictSnapshot verdicts);
}
