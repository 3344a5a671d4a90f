package dev.sluice.xds.serving;

/**
 * Told what the nodes do. Called on gRPC threads and on the thread that publishes, one call at a
 * time and in order for each fleet, while that fleet is locked: an implementation must return at
 * once and must not call the {@link XdsServer}.
 */
@FunctionalInterface
public interface ServingListener {

  void onEvent(ServingEvent event);
}
