package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import java.time.InstantSource;
import java.util.List;

/** Serves fleets over ADS. */
public final class XdsServer implements AutoCloseable {

  private XdsServer() {}

  /** Starts listening; {@link java.io.UncheckedIOException} if the address can't be bound. */
  public static XdsServer start(
      XdsSettings settings, ServingListener listener, InstantSource clock, XdsMetrics metrics) {
    return new XdsServer();
  }

  /** Gives a fleet its resources; content that it was given last is a no-op. */
  public void publish(FleetResources resources) {}

  /** Forgets a fleet. Its connected nodes keep what they have. */
  public void remove(RouterRef fleet) {}

  /** The published fleets, by name. */
  public List<FleetStatus> status() {
    return List.of();
  }

  /** Connected nodes whose fleet has not been published: unknown, or without evidence yet. */
  public List<NodeStatus> waiting() {
    return List.of();
  }

  /** The port that is listened on. */
  public int port() {
    return 0;
  }

  @Override
  public void close() {}
}
