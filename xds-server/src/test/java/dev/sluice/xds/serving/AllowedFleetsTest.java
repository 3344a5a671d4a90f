package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.CertificateAuthority;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllowedFleetsTest {

  @SuppressWarnings("NullAway.Init")
  private static CertificateAuthority authority;

  @BeforeAll
  static void createAuthority(@TempDir Path folder) {
    authority = CertificateAuthority.create(folder);
  }

  private static AllowedFleets named(String... names) {
    return AllowedFleets.of(authority.issue(names).certificate());
  }

  @Test
  void eachNameAllowsItsFleet() {
    AllowedFleets allowed =
        named(
            "uri:spiffe://cluster.local/fleet/default/chat",
            "uri:spiffe://prod.example.org/fleet/ml/chat.v2",
            "uri:spiffe://cluster.local/fleet/open/*",
            "dns:code.default.fleet.sluice",
            "dns:code.v2.ml.fleet.sluice",
            "dns:localhost");

    assertThat(allowed).hasToString("default/chat, default/code, ml/chat.v2, ml/code.v2, open/*");
    assertThat(List.of("default/chat", "default/code", "ml/chat.v2", "ml/code.v2", "open/any"))
        .allMatch(allowed::allow);
  }

  @Test
  void nothingElseIsAllowed() {
    AllowedFleets allowed = named("uri:spiffe://td/fleet/default/chat", "dns:code.ml.fleet.sluice");

    assertThat(
            List.of(
                "ml/chat",
                "default/code",
                "other/chat",
                "default/chat2",
                "default/cha",
                "default",
                "default/",
                "default/*",
                "*/*",
                "default/chat/x",
                "DEFAULT/chat",
                ""))
        .noneMatch(allowed::allow);
  }

  @Test
  void namesOfAnotherFormNameNoFleet() {
    AllowedFleets allowed =
        named(
            "uri:spiffe://td/fleet/*/chat",
            "uri:spiffe://td/fleet/default",
            "uri:spiffe://td/x/fleet/default/chat",
            "uri:spiffe://td/ns/default/sa/chat",
            "uri:https://td/fleet/default/chat",
            "dns:chat.default.fleet.sluice.example.org",
            "dns:fleet.sluice",
            "email:chat@default.fleet.sluice");

    assertThat(allowed.allow("default/chat")).isFalse();
    assertThat(allowed.names()).isEmpty();
  }

  @Test
  void certificateWithoutNamesAllowsNothingAndSaysWhatIsMissing() {
    AllowedFleets allowed = named();

    assertThat(allowed.allow("default/chat")).isFalse();
    assertThat(allowed)
        .hasToString("none: a SAN like spiffe://DOMAIN/fleet/NAMESPACE/ROUTER is missing");
  }
}
