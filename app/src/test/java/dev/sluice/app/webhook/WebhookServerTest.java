package dev.sluice.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.loop.PublishedVerdicts;
import dev.sluice.app.tls.OwnCertificates;
import dev.sluice.app.tls.ShownCertificate;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookServerTest {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String REVIEW =
      """
      {"kind": "AdmissionReview", "request": {"uid": "u-1"}}
      """;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ShownCertificate shown = new ShownCertificate();
  private final OwnCertificates certificates = issue();
  private final WebhookServer server =
      WebhookServer.start(
          new WebhookServer.Sources(
              PublishedVerdicts.nothingYet(Instant.EPOCH),
              TargetResolver.none(),
              InstantSource.system(),
              new Meter()),
          new WebhookMetrics(registry, shown),
          shown,
          "127.0.0.1",
          0);

  @AfterEach
  void tearDown() {
    server.close();
  }

  @Test
  void aReviewIsAnsweredAndCounted() throws Exception {
    boolean _ = shown.show(certificates.server());

    HttpResponse<String> response = post(certificates, REVIEW);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body()).contains("\"uid\":\"u-1\",\"allowed\":true");
    assertThat(reviews("allow")).isEqualTo(1);
  }

  @Test
  void whatIsNoReviewOrTooLongIsRefusedAndCounted() throws Exception {
    boolean _ = shown.show(certificates.server());

    assertThat(post(certificates, "{").statusCode()).isEqualTo(400);
    assertThat(post(certificates, "[1, 2]").statusCode()).isEqualTo(400);
    assertThat(post(certificates, " ".repeat(1 << 20) + REVIEW).statusCode()).isEqualTo(400);
    assertThat(reviews("unreadable")).isEqualTo(3);
  }

  @Test
  void withoutACertificateNobodyIsAnswered() {
    assertThatThrownBy(() -> post(certificates, REVIEW)).isInstanceOf(IOException.class);
    assertThat(registry.get("sluice.webhook.certificate.expiry").gauge().value()).isNaN();
  }

  @Test
  void aNewCertificateIsShownToNewConnections() throws Exception {
    OwnCertificates next = issue();
    boolean _ = shown.show(certificates.server());
    assertThat(post(certificates, REVIEW).statusCode()).isEqualTo(200);

    assertThat(shown.show(next.server())).isTrue();

    assertThat(shown.show(next.server())).isFalse();
    assertThat(post(next, REVIEW).statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> post(certificates, REVIEW)).isInstanceOf(SSLHandshakeException.class);
  }

  private double reviews(String answer) {
    return registry
        .get("sluice.webhook.reviews")
        .tags("resource", "other", "answer", answer)
        .counter()
        .count();
  }

  private HttpResponse<String> post(OwnCertificates trusted, String body) throws Exception {
    URI url = URI.create("https://127.0.0.1:" + server.port() + WebhookServer.PATH);
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(trusted)).build()) {
      return client.send(
          HttpRequest.newBuilder(url)
              .timeout(BOUND)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static OwnCertificates issue() {
    return OwnCertificates.issue(Set.of("127.0.0.1"), Instant.now());
  }

  private static SSLContext trusting(OwnCertificates certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", certificates.authorities().getFirst());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
