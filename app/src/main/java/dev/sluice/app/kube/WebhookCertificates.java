package dev.sluice.app.kube;

import dev.sluice.app.tls.OwnCertificates;
import dev.sluice.app.tls.ShownCertificate;
import dev.sluice.app.webhook.WebhookConfiguration;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhook's certificates, when no file has them: kept in a Secret beside the Lease, which any
 * replica makes and renews and all show. For whom they are is what the webhook's configuration
 * says; while there is none nobody asks, and nothing is issued.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own.
 *   <li><i>On failure</i>: tried again; what is shown stays. Two replicas that renew at once: the
 *       API server refuses one, which then shows what the other made.
 *   <li><i>On shutdown</i>: {@link #close} waits for the pass under way.
 * </ul>
 */
final class WebhookCertificates implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WebhookCertificates.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final HomePlace place;
  private final ShownCertificate shown;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Passes passes;
  private String trouble = ""; // the passes' own

  WebhookCertificates(
      KubernetesClient client,
      HomePlace place,
      ShownCertificate shown,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.client = client;
    this.place = place;
    this.shown = shown;
    this.mayWrite = mayWrite;
    this.clock = clock;
    passes = new Passes("sluice-webhook", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  void wake() {
    passes.wake();
  }

  private Optional<Instant> pass() {
    try {
      Optional<ValidatingWebhookConfiguration> configuration = configuration();
      if (configuration.isEmpty()) {
        note("no ValidatingWebhookConfiguration " + WebhookConfiguration.NAME, "nobody asks");
        return in(INTERVAL);
      }
      OwnCertificates certificates = settled(names(configuration.get()));
      if (shown.show(certificates.server())) {
        log.info("msg=certificate-changed of=webhook certificate=\"{}\"", certificates.server());
      }
      if (mayWrite.getAsBoolean()) {
        vouch(configuration.get(), base64(certificates.bundle()));
      }
      trouble = "";
      return in(INTERVAL);
    } catch (KubernetesClientException failure) {
      if (failure.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        note(failure.getCode() + " " + failure.getMessage(), "what is shown stays; tried again");
      }
      return in(RETRY);
    }
  }

  private Optional<Instant> in(Duration wait) {
    return Optional.of(clock.instant().plus(wait));
  }

  private void note(String cause, String effect) {
    if (!trouble.equals(cause)) {
      log.warn("msg=webhook-certificates cause=\"{}\" effect=\"{}\"", cause, effect);
    }
    trouble = cause;
  }

  private Optional<ValidatingWebhookConfiguration> configuration() {
    return Optional.ofNullable(
            client
                .admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(WebhookConfiguration.NAME)
                .get())
        .filter(found -> !found.getWebhooks().isEmpty());
  }

  /** As which host the API server calls us. */
  private static Set<String> names(ValidatingWebhookConfiguration configuration) {
    return configuration.getWebhooks().stream()
        .map(webhook -> host(webhook.getClientConfig()))
        .collect(Collectors.toSet());
  }

  private static String host(WebhookClientConfig called) {
    return called.getService() == null
        ? asCertified(URI.create(called.getUrl()).getHost())
        : called.getService().getName() + "." + called.getService().getNamespace() + ".svc";
  }

  /** An IPv6 address has one form in a certificate, and many in a URL. */
  private static String asCertified(String host) {
    return host.startsWith("[")
        ? InetAddress.ofLiteral(host.substring(1, host.length() - 1)).getHostAddress()
        : host;
  }

  /** What all replicas go by: what the Secret has, after it was renewed if that was due. */
  private OwnCertificates settled(Set<String> names) {
    Secret found =
        client.secrets().inNamespace(place.namespace()).withName(place.webhookSecret()).get();
    Instant now = clock.instant();
    if (found == null) {
      OwnCertificates first = OwnCertificates.issue(names, now);
      var _ = client.resource(secret(first)).create();
      return first;
    }
    Optional<OwnCertificates> kept = OwnCertificates.of(decoded(found));
    OwnCertificates renewed =
        kept.map(certificates -> certificates.renewed(names, now))
            .orElseGet(() -> OwnCertificates.issue(names, now));
    if (!kept.equals(Optional.of(renewed))) {
      // With the version that was read: of two replicas one is refused, and reads again.
      Secret next = secret(renewed);
      next.getMetadata().setResourceVersion(found.getMetadata().getResourceVersion());
      var _ = client.resource(next).update();
    }
    return renewed;
  }

  private Secret secret(OwnCertificates certificates) {
    Map<String, String> data = new TreeMap<>();
    certificates.data().forEach((key, text) -> data.put(key, base64(text)));
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(place.namespace())
        .withName(place.webhookSecret())
        .addToLabels("app.kubernetes.io/managed-by", ServerSideApply.MANAGER)
        .endMetadata()
        .withType("kubernetes.io/tls")
        .withData(data)
        .build();
  }

  private static Map<String, String> decoded(Secret secret) {
    Map<String, String> data = new TreeMap<>();
    if (secret.getData() != null) {
      secret
          .getData()
          .forEach(
              (key, text) ->
                  data.put(
                      key,
                      new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1)));
    }
    return data;
  }

  /** Has the API server trust our authorities, if it doesn't yet. */
  private void vouch(ValidatingWebhookConfiguration configuration, String bundle) {
    boolean isDone =
        configuration.getWebhooks().stream()
            .allMatch(webhook -> bundle.equals(webhook.getClientConfig().getCaBundle()));
    if (isDone) {
      return;
    }
    // With the version that was read, so that nobody's change of a moment ago is undone.
    configuration.getWebhooks().forEach(webhook -> webhook.getClientConfig().setCaBundle(bundle));
    var _ = client.resource(configuration).update();
    log.info("msg=webhook-authorities-published object={}", WebhookConfiguration.NAME);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    passes.close();
  }
}
