package dev.sluice.foreman.rpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the breach service is served.
 *
 * @param address where it listens; port 0 picks a free one
 * @param heartbeat how often a watcher hears from the server
 * @param slowWatcher for how long a watcher may leave messages unread before it is ended; looked at
 *     with every heartbeat
 * @param credentials how connections are protected, and whose are taken
 */
public record BreachServerConfig(
    InetSocketAddress address,
    Duration heartbeat,
    Duration slowWatcher,
    ServerCredentials credentials) {

  public BreachServerConfig {
    requirePositive("heartbeat", heartbeat);
    requirePositive("slowWatcher", slowWatcher);
  }

  /** Without TLS. */
  public BreachServerConfig(InetSocketAddress address, Duration heartbeat, Duration slowWatcher) {
    this(address, heartbeat, slowWatcher, InsecureServerCredentials.create());
  }

  /** The same over TLS. */
  public BreachServerConfig withCredentials(ServerCredentials tls) {
    return new BreachServerConfig(address, heartbeat, slowWatcher, tls);
  }

  /** Without TLS, a heartbeat every 10 s, and 30 s for slow watchers. */
  public static BreachServerConfig at(InetSocketAddress address) {
    return new BreachServerConfig(address, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private static void requirePositive(String field, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
    }
  }
}
