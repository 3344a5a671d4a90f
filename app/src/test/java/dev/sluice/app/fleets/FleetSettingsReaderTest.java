package dev.sluice.app.fleets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetSettingsReaderTest {

  private static final String LEAST =
      """
      xds: sluice.sluice-system.svc:18000
      image: envoyproxy/envoy:v1.40.0
      tls: {mode: existingSecret}
      """;

  @Test
  void whatIsNotSaidHasADefault() {
    FleetSettings settings = FleetSettingsReader.read(LEAST);

    assertThat(settings)
        .isEqualTo(
            new FleetSettings(
                new HostPort("sluice.sluice-system.svc", 18000),
                "envoyproxy/envoy:v1.40.0",
                2,
                70,
                "kubernetes.io/hostname",
                Map.of(),
                300,
                new FleetCertificates.Existing()));
    assertThat(settings.kinds()).doesNotContain(FleetKind.CERTIFICATE);
  }

  @Test
  void anIssuerIsTakenAsItIs() {
    FleetSettings settings =
        FleetSettingsReader.read(
            LEAST.replace(
                "existingSecret", "certManager, issuerRef: {name: ours, kind: ClusterIssuer}"));

    assertThat(settings.certificates())
        .isEqualTo(
            new FleetCertificates.CertManager(Map.of("name", "ours", "kind", "ClusterIssuer")));
    assertThat(settings.kinds()).contains(FleetKind.CERTIFICATE);
  }

  @Test
  void aSlipIsNamedByItsField() {
    assertSaid("18000", "high", "xds: address: \"sluice.sluice-system.svc:high\"");
    assertSaid("envoyproxy/envoy:v1.40.0", "''", "image: missing (expected: a text)");
    assertSaid("image:", "envoy:", "envoy: unknown (expected: one of [");
    assertSaid("tls:", "replicas: 0\ntls:", "replicas: 0 (expected: 1 to 1000)");
    assertSaid("existingSecret", "own", "tls.mode: \"own\" (expected: existingSecret or");
    assertSaid("existingSecret", "certManager", "tls.issuerRef.name: missing");
  }

  private static void assertSaid(String before, String after, String words) {
    assertThatThrownBy(() -> FleetSettingsReader.read(LEAST.replace(before, after)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(words);
  }
}
