package dev.sluice.xds.bootstrap;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one Envoy is started with.
 *
 * @param fleet the router; it becomes {@code node.cluster}, by which the server knows the fleet
 * @param nodeId tells the fleet's Envoys apart
 * @param xds where Sluice serves ADS
 * @param admin where Envoy's own admin page listens; keep it on loopback
 * @param stats where other machines may read its metrics and its readiness; empty for nowhere
 * @param tls how it and Sluice prove who they are; empty for not at all
 */
public record Bootstrap(
    RouterRef fleet,
    String nodeId,
    HostPort xds,
    HostPort admin,
    Optional<HostPort> stats,
    Optional<EnvoyTls> tls) {

  /** The name of the file that Envoy is given; it names the others. */
  public static final String FILE = "envoy.yaml";

  /** The name of the script that a pod's preStop hook runs with bash. */
  public static final String DRAIN = Drain.FILE;

  /** Without stats for others and without TLS. */
  public Bootstrap(RouterRef fleet, String nodeId, HostPort xds, HostPort admin) {
    this(fleet, nodeId, xds, admin, Optional.empty(), Optional.empty());
  }

  /** The same with stats for others. */
  public Bootstrap withStats(HostPort address) {
    return new Bootstrap(fleet, nodeId, xds, admin, Optional.of(address), tls);
  }

  /** The same with TLS. */
  public Bootstrap withTls(EnvoyTls both) {
    return new Bootstrap(fleet, nodeId, xds, admin, stats, Optional.of(both));
  }

  /**
   * {@link #FILE}, with TLS the files that it names, and with stats for others, as in a pod, what
   * its preStop hook runs; by name.
   */
  public SortedMap<String, String> files() {
    SortedMap<String, String> files = new TreeMap<>();
    files.put(FILE, BootstrapWriter.yaml(this));
    tls.ifPresent(both -> files.putAll(both.secrets()));
    stats.ifPresent(_ -> files.put(Drain.FILE, Drain.script(admin)));
    return files;
  }
}
