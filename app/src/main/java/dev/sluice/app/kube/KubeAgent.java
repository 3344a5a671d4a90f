package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Foreman Agent, as far as its work is to be followed and held.
 *
 * @param object the Agent
 * @param provider {@code local}, or {@code cloud-proxy}
 * @param service the {@code spec.inferenceServiceRef.name}; empty if it has no model
 * @param baseUrl what an Agent that isn't local calls
 * @param isJob whether its tasks run as Jobs, for which Foreman reserves no node
 * @param heldBy the value of {@link #HELD_BY} in its node selector; empty if it isn't there
 * @param heldUntil what {@link #HELD_UNTIL} says; empty if it isn't there
 * @param optsOut whether {@link #HOLD} says that it is never to be held
 */
record KubeAgent(
    KubeObject object,
    String provider,
    Optional<String> service,
    Optional<String> baseUrl,
    boolean isJob,
    Optional<String> heldBy,
    Optional<Instant> heldUntil,
    boolean optsOut) {

  /** The node label that no FleetNode carries: an Agent that asks for it is sent nowhere. */
  static final String HELD_BY = "sluice.dev/held-by";

  /** The annotation beside it: a hold of ours always says when it ends. */
  static final String HELD_UNTIL = "sluice.dev/held-until";

  /** The annotation with which an Agent asks never to be held: {@code "false"}. */
  static final String HOLD = "sluice.dev/hold";

  private static final Pattern DOT = Pattern.compile("\\.");

  static KubeAgent of(KubeObject object) {
    return of(object, object.json());
  }

  private static KubeAgent of(KubeObject object, JsonNode root) {
    JsonNode spec = root.path("spec");
    return new KubeAgent(
        object,
        spec.path("provider").asText("local"),
        text(spec.at("/inferenceServiceRef/name")),
        text(spec.at("/providerConfig/baseURL")),
        spec.at("/execution/mode").asText("").equals("Job"),
        text(spec.at("/requiredCapability/nodeSelector").path(HELD_BY)),
        text(root.at("/metadata/annotations").path(HELD_UNTIL)).map(KubeAgent::instant),
        root.at("/metadata/annotations").path(HOLD).asText("").equals("false"));
  }

  // What can't be read has ended: a hold without an end would outlive us.
  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.of(node.asText("")).filter(text -> !text.isEmpty());
  }

  ObjectKey key() {
    return object.key();
  }

  /** The Service that the address names: {@code http://SERVICE.NAMESPACE.svc...}. */
  Optional<ObjectKey> kubeService() {
    return baseUrl.flatMap(KubeAgent::host).flatMap(this::kubeService);
  }

  private static Optional<String> host(String url) {
    try {
      return Optional.ofNullable(URI.create(url).getHost());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private Optional<ObjectKey> kubeService(String host) {
    List<String> labels = DOT.splitAsStream(host).toList();
    if (labels.size() == 1) {
      return Optional.of(new ObjectKey(WatchedKind.SERVICE, key().namespace(), labels.getFirst()));
    }
    boolean isInCluster = labels.size() == 2 || labels.get(2).equals("svc");
    return isInCluster
        ? Optional.of(new ObjectKey(WatchedKind.SERVICE, labels.get(1), labels.getFirst()))
        : Optional.empty();
  }
}
