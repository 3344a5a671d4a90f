package dev.sluice.app.fleets;

import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What all managed fleets have in common.
 *
 * @param xds where their Envoys find Sluice; the host is also the name in Sluice's certificate
 * @param image Envoy's
 * @param replicas of a fleet that doesn't say how many
 * @param cpuUtilization the percentage that an autoscaler aims at
 * @param topologyKey what pods are spread over
 * @param resources of an Envoy
 * @param terminationGracePeriodSeconds how long an answer may take after its pod was told to stop
 */
public record FleetSettings(
    HostPort xds,
    String image,
    int replicas,
    int cpuUtilization,
    String topologyKey,
    Map<String, Object> resources,
    int terminationGracePeriodSeconds,
    FleetCertificates certificates) {

  public FleetSettings {
    resources = Map.copyOf(resources);
  }

  /** The kinds that fleets are made of with these settings. */
  public Set<FleetKind> kinds() {
    return switch (certificates) {
      case FleetCertificates.Existing _ -> EnumSet.complementOf(EnumSet.of(FleetKind.CERTIFICATE));
      case FleetCertificates.CertManager _ -> EnumSet.allOf(FleetKind.class);
    };
  }
}
