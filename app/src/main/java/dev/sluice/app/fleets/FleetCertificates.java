package dev.sluice.app.fleets;

import java.util.Map;

/** Where the certificates come from with which Envoys of managed fleets show who they are. */
public sealed interface FleetCertificates {

  /** Somebody puts a Secret beside each fleet. */
  record Existing() implements FleetCertificates {}

  /**
   * cert-manager issues them.
   *
   * @param issuer the {@code issuerRef} of each Certificate
   */
  record CertManager(Map<String, Object> issuer) implements FleetCertificates {
    public CertManager {
      issuer = Map.copyOf(issuer);
    }
  }
}
