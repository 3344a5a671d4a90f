package dev.sluice.app.webhook;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** What makes the API server ask us: a {@code ValidatingWebhookConfiguration}, as YAML. */
public final class WebhookConfiguration {

  /** Its name, by which the leader finds it to keep its {@code caBundle}. */
  public static final String NAME = "sluice-foreman";

  private static final String NEWLY_RESERVED =
      """
      has(object.status.currentTask) && object.status.currentTask != ""
      && (!has(oldObject.status) || !has(oldObject.status.currentTask)
      || oldObject.status.currentTask != object.status.currentTask)""";

  private static final String NEWLY_SCHEDULED =
      """
      has(object.status.phase) && object.status.phase == "Scheduled"
      && (!has(oldObject.status) || !has(oldObject.status.phase)
      || oldObject.status.phase != "Scheduled")""";

  private WebhookConfiguration() {}

  /** Where the API server finds us. */
  public sealed interface Place {

    /** By a Service, at its port 443. */
    record Service(String namespace, String name) implements Place {}

    /** At an address that it reaches by itself. */
    record Url(URI url) implements Place {}
  }

  /**
   * The configuration.
   *
   * @param authorities who vouches for our certificate, PEM; empty if whoever issues it fills that
   *     in
   */
  public static String yaml(Place place, Optional<String> authorities) {
    String bundle = authorities.map(pem -> "\ncaBundle: " + base64(pem)).orElse("");
    String called = lines(place) + bundle;
    return """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: %s}
        webhooks:
        """
            .formatted(NAME)
        + webhook("fleetnodes", called, "newly-reserved", NEWLY_RESERVED)
        + webhook("agentictasks", called, "newly-scheduled", NEWLY_SCHEDULED);
  }

  // An answer that's late or missing lets Foreman go on, as does a condition that fails.
  private static String webhook(String resource, String called, String condition, String cel) {
    return """
        - name: %1$s.foreman.sluice.dev
          clientConfig:
        %2$s
          rules:
          - apiGroups: [foreman.llmkube.dev]
            apiVersions: ["*"]
            operations: [UPDATE]
            resources: [%1$s/status]
          matchConditions:
          - name: %3$s
            expression: >-
        %4$s
          admissionReviewVersions: [v1]
          failurePolicy: Ignore
          sideEffects: None
          timeoutSeconds: 1
        """
        .formatted(resource, indented(4, called), condition, indented(6, cel));
  }

  private static String indented(int by, String lines) {
    return lines.indent(by).stripTrailing();
  }

  private static String lines(Place place) {
    return switch (place) {
      case Place.Service(String namespace, String name) ->
          "service: {namespace: %s, name: %s, path: %s}"
              .formatted(namespace, name, WebhookServer.PATH);
      case Place.Url(URI url) -> "url: " + url.resolve(WebhookServer.PATH);
    };
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
