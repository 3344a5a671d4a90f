package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetCertificates;
import dev.sluice.app.fleets.FleetParts;
import dev.sluice.app.fleets.FleetSettings;

/** What people are told of a fleet that doesn't serve yet. */
final class FleetWords {

  private FleetWords() {}

  /**
   * Why its pods may not be ready. Sluice may not read Secrets, so it can't tell whether the one
   * that they mount is there.
   */
  static String noPodReady(FleetParts.Fleet fleet, FleetSettings settings) {
    String secret = fleet.router().namespace() + "/" + FleetParts.secretOf(fleet.router().name());
    return "no pod is ready (yet); they wait for Secret %s, %s"
        .formatted(
            secret,
            switch (settings.certificates()) {
              case FleetCertificates.Existing _ ->
                  "which is yours to make: with tls.crt, tls.key and ca.crt, of a certificate with"
                      + " the URI "
                      + fleet.uri();
              case FleetCertificates.CertManager _ ->
                  "which cert-manager makes of Certificate " + fleet.name();
            });
  }
}
