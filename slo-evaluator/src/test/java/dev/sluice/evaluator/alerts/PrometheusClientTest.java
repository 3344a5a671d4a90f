package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.alerts.PrometheusSettings.ClientCertificate;
import dev.sluice.model.AlertState;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusClientTest {

  private static final String EMPTY = "{\"status\":\"success\",\"data\":{\"groups\":[]}}";

  @StartStop final MockWebServer server = new MockWebServer();

  @TempDir Path folder;

  @Test
  void asksForAlertingRulesBelowTheBaseUrlsPath() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .setHeader("Date", "Thu, 01 Jan 2026 12:00:00 GMT")
            .body(EMPTY)
            .build());

    var answer = data(PrometheusSettings.of(server.url("/prom/").uri()));

    assertThat(answer.serverTime()).contains(Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(request().getTarget()).isEqualTo("/prom/api/v1/rules?type=alert");
  }

  @Test
  void sendsAQueryAsFormSoThatItMayBeLong() throws Exception {
    server.enqueue(ok());

    try (PrometheusClient client = new PrometheusClient(settings())) {
      PrometheusAnswer<JsonNode> answer = client.query("up{a=\"b\"} or vector(1)");

      assertThat(answer).isInstanceOf(PrometheusAnswer.Data.class);
    }
    RecordedRequest request = request();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(String.valueOf(request.getBody()))
        .contains("query=up%7Ba%3D%22b%22%7D+or+vector%281%29");
  }

  @Test
  void readsACompressedAnswer() throws Exception {
    Buffer compressed = new Buffer();
    try (GzipSink gzip = new GzipSink(compressed)) {
      Okio.buffer(gzip).writeUtf8(EMPTY).flush();
    }
    server.enqueue(
        new MockResponse.Builder().setHeader("Content-Encoding", "gzip").body(compressed).build());

    assertThat(rules(settings())).isInstanceOf(PrometheusAnswer.Data.class);
    assertThat(request().getHeaders().get("Accept-Encoding")).isEqualTo("gzip");
  }

  @Test
  void theBearerTokenIsReadAgainForEachCall() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    server.enqueue(ok());
    server.enqueue(ok());

    try (PrometheusClient client = new PrometheusClient(settings().withBearerTokenFile(token))) {
      assertThat(client.alertingRules()).isInstanceOf(PrometheusAnswer.Data.class);
      Files.writeString(token, "second");
      assertThat(client.alertingRules()).isInstanceOf(PrometheusAnswer.Data.class);
    }

    assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer first");
    assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer second");
  }

  @Test
  void aTokenFileThatCannotBeUsedIsNamedButNotQuoted() throws Exception {
    Path missing = folder.resolve("none");
    Path binary = Files.writeString(folder.resolve("binary"), "secret\nwith two lines");

    assertThat(words(settings().withBearerTokenFile(missing)))
        .isEqualTo(
            prefix()
                + "bearer token file "
                + missing
                + ": can't be read (expected: one line of text)");
    assertThat(words(settings().withBearerTokenFile(binary)))
        .contains("bearer token file " + binary)
        .doesNotContain("secret");
  }

  @Test
  void aServerThatIsNotThereIsSaidInOneSentence() throws IOException {
    URI address = server.url("/").uri();
    server.close();

    assertThat(words(PrometheusSettings.of(address)))
        .isEqualTo(
            "Prometheus " + address + ": connection refused; is it running? (--prometheus URL)");
  }

  @Test
  void aSilentServerIsGivenUpAtTheTimeout() {
    server.enqueue(ok().newBuilder().headersDelay(1, TimeUnit.MINUTES).build());

    assertThat(words(settings().withTimeout(Duration.ofMillis(200))))
        .isEqualTo(prefix() + "no answer within 200ms; is it overloaded?");
  }

  @Test
  void refusalsCarryTheStatusAndAWayOut() {
    server.enqueue(new MockResponse.Builder().code(401).body("no").build());
    server.enqueue(new MockResponse.Builder().code(404).build());
    server.enqueue(
        new MockResponse.Builder().code(503).body("try\n later " + "x".repeat(500)).build());
    server.enqueue(
        new MockResponse.Builder()
            .code(422)
            .body("{\"status\":\"error\",\"error\":\"query timed out\"}")
            .build());

    assertThat(words(settings()))
        .isEqualTo(
            prefix()
                + "HTTP 401 for /api/v1/rules; does it want a bearer token?"
                + " (--prometheus-token-file FILE)");
    assertThat(words(settings()))
        .endsWith("HTTP 404 for /api/v1/rules; is --prometheus the URL of a Prometheus API?");
    assertThat(words(settings()))
        .contains("HTTP 503 for /api/v1/rules: try later xxx")
        .endsWith("x...")
        .hasSizeLessThan(320);
    assertThat(words(settings())).endsWith("HTTP 422 for /api/v1/rules: query timed out");
  }

  @Test
  void anAnswerThatIsNotPrometheussIsSaidSo() {
    server.enqueue(new MockResponse.Builder().body("<html>login</html>").build());
    server.enqueue(new MockResponse.Builder().body("{\"status\":\"success\",\"da").build());

    assertThat(words(settings()))
        .endsWith("is --prometheus the URL of its API? It begins: <html>login</html>");
    assertThat(words(settings())).contains("is not Prometheus's JSON");
  }

  @Test
  void rulesAreReadGroupByGroupWhateverElseTheAnswerHas() {
    server.enqueue(
        new MockResponse.Builder()
            .body(
                """
                {"status": "success", "warnings": ["w"], "data": {"odd": {"a": [1]}, "groups": [
                  {"name": "a", "rules": [
                    {"type": "recording", "name": "r"},
                    {"type": "alerting", "name": "one", "state": "firing", "health": "ok",
                     "lastEvaluation": "2026-01-01T12:00:00Z", "labels": {"slo": "ttft"},
                     "alerts": [{"labels": {"pod": "p"}, "state": "firing", "value": "1e+00",
                                 "activeAt": "2026-01-01T11:58:00.5Z"}]}],
                   "interval": 30, "limit": 0},
                  {"interval": 5, "rules": [{"type": "alerting", "name": "two"}]},
                  {"rules": null}]}}
                """)
            .build());

    assertThat(data(settings()).content())
        .containsExactly(
            new AlertRule(
                "one",
                "",
                Map.of("slo", "ttft"),
                AlertState.FIRING,
                Optional.empty(),
                Optional.of(Instant.parse("2026-01-01T12:00:00Z")),
                Duration.ofSeconds(30),
                List.of(
                    new AlertRule.ActiveAlert(
                        Map.of("pod", "p"),
                        AlertState.FIRING,
                        OptionalDouble.of(1),
                        Optional.of(Instant.parse("2026-01-01T11:58:00.500Z"))))),
            new AlertRule(
                "two",
                "",
                Map.of(),
                AlertState.INACTIVE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5),
                List.of()));
  }

  @Test
  void anAnswerThatBreaksOffAmongTheRulesIsNone() {
    server.enqueue(
        new MockResponse.Builder()
            .body(
                "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"type\":\"alerting\"}]}")
            .build());

    assertThat(words(settings())).contains("is not Prometheus's JSON");
  }

  @Test
  void aCertificateFromOurCaFileIsTrustedAndOursIsShown() throws Exception {
    HeldCertificate ca = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate serverCertificate =
        new HeldCertificate.Builder()
            .signedBy(ca)
            .addSubjectAlternativeName(server.getHostName())
            .build();
    HeldCertificate ours = new HeldCertificate.Builder().signedBy(ca).build();
    server.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(serverCertificate)
            .addTrustedCertificate(ca.certificate())
            .build()
            .sslSocketFactory());
    server.requireClientAuth();
    server.enqueue(ok());
    Path caFile = Files.writeString(folder.resolve("ca.pem"), ca.certificatePem());
    Path certificate = Files.writeString(folder.resolve("tls.crt"), ours.certificatePem());
    Path key = Files.writeString(folder.resolve("tls.key"), ours.privateKeyPkcs8Pem());

    PrometheusAnswer<List<AlertRule>> answer =
        rules(tls(Optional.of(caFile), Optional.of(new ClientCertificate(certificate, key))));

    assertThat(answer).isInstanceOf(PrometheusAnswer.Data.class);
    assertThat(words(PrometheusSettings.of(server.url("/").uri())))
        .contains("TLS failed: ")
        .endsWith("; is its certificate trusted here?");
  }

  @Test
  void aCertificateFileThatCannotBeReadIsNamedAtStart() throws IOException {
    Path text = Files.writeString(folder.resolve("ca.pem"), "not a certificate");

    assertThatThrownBy(() -> new PrometheusClient(tls(Optional.of(text), Optional.empty())))
        .hasMessage(
            "Prometheus certificate file " + text + ": can't be read (expected: PEM certificates)");
  }

  @Test
  void settingsRefuseWhatIsNoUrlAndSecretsWithinOne() {
    assertThatThrownBy(() -> PrometheusSettings.of(URI.create("localhost:9090")))
        .hasMessage(
            "--prometheus: \"localhost:9090\" (expected: a URL like http://127.0.0.1:9090)");
    assertThatThrownBy(() -> PrometheusSettings.of(URI.create("http://me:secret@prom:9090")))
        .hasMessageContaining("--prometheus-token-file")
        .hasMessageNotContaining("secret");
  }

  private static MockResponse ok() {
    return new MockResponse.Builder().body(EMPTY).build();
  }

  private PrometheusSettings settings() {
    return PrometheusSettings.of(server.url("/").uri());
  }

  private PrometheusSettings tls(Optional<Path> caFile, Optional<ClientCertificate> client) {
    return new PrometheusSettings(
        server.url("/").uri(), Duration.ofSeconds(10), Optional.empty(), caFile, client);
  }

  private String prefix() {
    return "Prometheus " + server.url("/") + ": ";
  }

  private static PrometheusAnswer<List<AlertRule>> rules(PrometheusSettings settings) {
    try (PrometheusClient client = new PrometheusClient(settings)) {
      return client.alertingRules();
    }
  }

  private static PrometheusAnswer.Data<List<AlertRule>> data(PrometheusSettings settings) {
    return (PrometheusAnswer.Data<List<AlertRule>>) rules(settings);
  }

  private static String words(PrometheusSettings settings) {
    return ((PrometheusAnswer.Refused<?>) rules(settings)).words();
  }

  private RecordedRequest request() throws InterruptedException {
    return server.takeRequest();
  }
}
