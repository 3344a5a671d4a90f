package dev.sluice.xds.envoy;

import static dev.sluice.xds.fixture.Routers.backend;
import static dev.sluice.xds.fixture.Routers.router;
import static dev.sluice.xds.fixture.Routers.rule;
import static dev.sluice.xds.fixture.Routers.withSettings;
import static dev.sluice.xds.fixture.RunningFleet.servedBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Await;
import dev.sluice.xds.fixture.RecordingBackend;
import dev.sluice.xds.fixture.RecordingBackend.Seen;
import dev.sluice.xds.fixture.RunningFleet;
import dev.sluice.xds.fixture.TokenIssuer;
import dev.sluice.xds.router.Match;
import dev.sluice.xds.router.RouterSettings;
import dev.sluice.xds.router.RouterSettings.Access;
import dev.sluice.xds.router.RouterSettings.Access.Grant;
import dev.sluice.xds.router.RouterSettings.AuditLog;
import dev.sluice.xds.router.Rule.Strategy;
import dev.sluice.xds.shares.RouterShares;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** policy.auth and policy.auditLog. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessIT {

  private static final String TEAM = "x-llmkube-team";
  // Envoy writes its access logs out every ten seconds.
  private static final Duration BOUND = Duration.ofSeconds(40);

  private final RecordingBackend llm = RecordingBackend.start("llm");
  private final TokenIssuer issuer = TokenIssuer.start();
  private Path log;
  private RunningFleet fleet;

  @BeforeAll
  void start(@TempDir Path folder) {
    log = folder.resolve("audit.log");
    fleet = RunningFleet.start(folder);
    Access access =
        new Access(
            TokenIssuer.NAME,
            URI.create(issuer.keysUrl()),
            "team",
            TEAM,
            List.of(
                new Grant("research", List.of()),
                new Grant("support", List.of("small", "org/medium"))));
    RouterSettings settings =
        RouterSettings.DEFAULT
            .withAccess(access)
            .withAuditLog(new AuditLog(Optional.of(log.toString())));
    fleet.serve(
        withSettings(
            router(
                List.of(backend("llm", 1)),
                rule("all", Strategy.PRIMARY_FALLBACK, Match.ANY, List.of("llm"))),
            settings),
        RunningFleet.onLoopback(Map.of("llm", llm.port())),
        RouterShares.NONE);
  }

  @AfterAll
  void stop() {
    fleet.close();
    llm.close();
    issuer.close();
  }

  @Test
  void callersWithoutAGoodTokenAreToldSo() {
    HttpResponse<String> without = fleet.chat("small");

    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.body()).contains("sluice_router_error").contains("Jwt is missing");
    String old = issuer.token("team", "research", Instant.now().minusSeconds(3600));
    assertThat(fleet.chat("small", "authorization", "Bearer " + old).statusCode()).isEqualTo(401);
    try (TokenIssuer other = TokenIssuer.start()) {
      String forged = other.token("team", "research");
      assertThat(fleet.chat("small", "authorization", "Bearer " + forged).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void teamReachesTheModelsItIsGranted() {
    assertThat(servedBy(as("support", "small"))).isEqualTo("llm");
    assertThat(servedBy(as("support", "org/medium"))).isEqualTo("llm");
    assertThat(as("support", "large").statusCode()).isEqualTo(403);
    assertThat(as("support", "large").body()).contains("sluice_router_error");
    assertThat(servedBy(as("research", "large"))).isEqualTo("llm");
    assertThat(as("strangers", "small").statusCode()).isEqualTo(403);
  }

  @Test
  void backendsReadTheTeamOfTheTokenAndNeverTheToken() {
    String token = issuer.token("team", "support");

    assertThat(servedBy(fleet.chat("small", "authorization", "Bearer " + token, TEAM, "research")))
        .isEqualTo("llm");

    Seen request = llm.seen().getLast();
    assertThat(request.header(TEAM)).containsExactly("support");
    assertThat(request.header("authorization")).isEmpty();
  }

  @Test
  void probesNeedNoTokenAndTheListOfModelsNoGrant() {
    assertThat(fleet.get("/health").statusCode()).isEqualTo(200);
    assertThat(fleet.get("/v1/models").statusCode()).isEqualTo(401);
  }

  @Test
  void eachRequestLeavesALine() {
    assertThat(servedBy(as("research", "audited"))).isEqualTo("llm");

    Await.until(BOUND, "the line is written", () -> logged().contains("\"audited\""));
    String line =
        logged().lines().filter(one -> one.contains("\"audited\"")).findFirst().orElseThrow();
    assertThat(line)
        .contains("\"router\":\"default/chat\"")
        .contains("\"rule\":\"all\"")
        .contains("\"backend\":\"llm\"")
        .contains("\"code\":200")
        .doesNotContain("Bearer");
  }

  private HttpResponse<String> as(String team, String model) {
    return fleet.chat(model, "authorization", "Bearer " + issuer.token("team", team));
  }

  private String logged() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
