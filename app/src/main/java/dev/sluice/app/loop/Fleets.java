package dev.sluice.app.loop;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;

/** Where fleets are served from: the xDS server, or a list in a test. */
public interface Fleets {

  /** Serves these from now on; the same ones again change nothing. */
  void publish(FleetResources resources);

  /** Serves this fleet nothing any more. */
  void remove(RouterRef fleet);
}
