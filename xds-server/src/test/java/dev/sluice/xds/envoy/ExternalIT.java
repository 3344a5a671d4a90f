package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.external;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.Routers.withSettings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.CertificateAuthority;
import dev.sluice.xds.fixture.RecordingBackend;
import dev.sluice.xds.fixture.RecordingBackend.Seen;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.router.Credential;
import dev.sluice.xds.router.CredentialRef;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSettings;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.router.Topology;
import dev.sluice.xds.shares.RouterShares;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A provider outside the cluster beside a service in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalIT {

  private static final CredentialRef KEY =
      new CredentialRef("default", "provider-keys", "OPENAI_API_KEY");

  private final RecordingBackend local = RecordingBackend.start("local");
  private RecordingBackend provider;
  private RecordingBackend impostor;
  private RunningFleet fleet;
  private RouterSettings settings;

  @BeforeAll
  void start(@TempDir Path folder) {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("authority"));
    authority.writeTo(folder);
    settings = RouterSettings.DEFAULT.withCaFile(folder.resolve("ca.crt").toString());
    provider =
        RecordingBackend.startTls("provider", ServerTls.of(authority.issue("dns:localhost")));
    impostor =
        RecordingBackend.startTls(
            "impostor", ServerTls.of(authority.issue("dns:elsewhere.example")));
    fleet = RunningFleet.start(folder);
  }

  @AfterAll
  void stop() {
    fleet.close();
    local.close();
    provider.close();
    impostor.close();
  }

  @Test
  void providerGetsItsOwnHostKeyAndModelAndNotTheCallers() {
    serve(url(provider, "/openai/v1"), "sk-first", List.of("cloud"));

    assertThat(RunningFleet.servedBy(fleet.chat("fast", "authorization", "Bearer caller")))
        .isEqualTo("provider");

    Seen request = provider.seen().getLast();
    assertThat(request.path()).isEqualTo("/openai/v1/chat/completions");
    assertThat(request.header("authorization")).containsExactly("Bearer sk-first");
    assertThat(request.header("host")).containsExactly("localhost:" + provider.port());
    assertThat(request.body())
        .contains("\"model\":\"gpt-5\"")
        .contains("\"messages\":[{")
        .contains("\"stream\":false")
        .doesNotContain("fast");
  }

  @Test
  void aNewKeyIsUsedAtOnceAndNoneIsInADump() {
    serve(url(provider, ""), "sk-first", List.of("cloud"));
    serve(url(provider, ""), "sk-second", List.of("cloud"));

    assertThat(RunningFleet.servedBy(fleet.chat("fast"))).isEqualTo("provider");

    assertThat(provider.seen().getLast().header("authorization"))
        .containsExactly("Bearer sk-second");
    assertThat(fleet.envoy().configDump().toString())
        .contains("credential/cloud")
        .doesNotContain("sk-");
  }

  @Test
  void certificateOfAnotherNameIsNotTalkedTo() {
    int before = impostor.seen().size();
    serve(url(impostor, ""), "sk-first", List.of("cloud"));

    assertThat(fleet.chat("fast").statusCode()).isEqualTo(503);
    assertThat(impostor.seen()).hasSize(before);
  }

  @Test
  void serviceFallsBackToTheProviderWithoutItsKeyReachingTheService() {
    serve(url(provider, ""), "sk-first", List.of("local", "cloud"));
    local.answer(500, "");
    int before = local.seen().size();

    assertThat(RunningFleet.servedBy(fleet.chat("fast"))).isEqualTo("provider");

    assertThat(local.seen()).hasSizeGreaterThan(before);
    assertThat(local.seen().getLast().header("authorization")).isEmpty();
    assertThat(local.seen().getLast().body()).contains("\"model\":\"fast\"");
    local.answer(200, "");
  }

  @Test
  void providerFallsBackToTheService() {
    serve(url(provider, ""), "sk-first", List.of("cloud", "local"));
    provider.answer(429, "");

    assertThat(RunningFleet.servedBy(fleet.chat("fast"))).isEqualTo("local");
    provider.answer(200, "");
  }

  @Test
  void providerWithoutItsKeyGetsNoRequest() {
    int before = provider.seen().size();
    fleet.serve(
        mixed(url(provider, ""), List.of("cloud", "local")), topology(Map.of()), RouterShares.NONE);

    assertThat(RunningFleet.servedBy(fleet.chat("fast"))).isEqualTo("local");
    assertThat(provider.seen()).hasSize(before);
  }

  private void serve(String url, String key, List<String> backends) {
    fleet.serve(
        mixed(url, backends), topology(Map.of(KEY, new Credential(key))), RouterShares.NONE);
  }

  private RouterSpec mixed(String url, List<String> backends) {
    RouterSpec router =
        router(
            List.of(backend("local", 1), external("cloud", url, Optional.of(KEY))),
            rule("all", Strategy.PRIMARY_FALLBACK, Match.ANY, backends));
    return withSettings(router, settings);
  }

  private Topology topology(Map<CredentialRef, Credential> keys) {
    return new Topology(RunningFleet.onLoopback(Map.of("local", local.port())).endpoints(), keys);
  }

  private static String url(RecordingBackend backend, String path) {
    return "https://localhost:" + backend.port() + path;
  }
}
