package dev.sluice.foreman.rpc;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the breach service is served.
 *
 * @param address where it listens; port 0 picks a free one
 * @param heartbeat how often a watcher hears from the server
 * @param slowWatcher for how long a watcher may leave messages unread before it is ended; looked at
 *     with every heartbeat
 */
public record BreachServerConfig(
    InetSocketAddress address, Duration heartbeat, Duration slowWatcher) {

  public BreachServerConfig {
    requirePositive("heartbeat", heartbeat);
    requirePositive("slowWatcher", slowWatcher);
  }

  /** The defaults at this address: a heartbeat every 10 s, and 30 s for slow watchers. */
  public static BreachServerConfig at(InetSocketAddress address) {
    return new BreachServerConfig(address, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private static void requirePositive(String field, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
    }
  }
}
