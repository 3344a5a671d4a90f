package dev.sluice.app.fleets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@link FleetSettings} from YAML, and names the field of a slip. */
public final class FleetSettingsReader {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> FIELDS =
      Set.of(
          "xds",
          "image",
          "replicas",
          "cpuUtilization",
          "topologyKey",
          "resources",
          "terminationGracePeriodSeconds",
          "tls");
  private static final int MOST_REPLICAS = 1000;
  private static final int PERCENT = 100;
  private static final int LONGEST_GRACE_SECONDS = 86_400;

  private FleetSettingsReader() {}

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if they can't be used; the message names the field
   */
  public static FleetSettings read(String text) {
    JsonNode root = parsed(text);
    Set<String> unknown = new TreeSet<>();
    root.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          unknown.iterator().next() + ": unknown (expected: one of " + new TreeSet<>(FIELDS) + ")");
    }
    return new FleetSettings(
        xds(root),
        text(root, "image"),
        number(root, "replicas", 2, MOST_REPLICAS),
        number(root, "cpuUtilization", 70, PERCENT),
        root.path("topologyKey").asText("kubernetes.io/hostname"),
        map(root.path("resources")),
        number(root, "terminationGracePeriodSeconds", 300, LONGEST_GRACE_SECONDS),
        certificates(root.path("tls")));
  }

  private static JsonNode parsed(String text) {
    try {
      JsonNode root = YAML.readTree(text);
      if (root.isObject()) {
        return root;
      }
    } catch (JsonProcessingException notYaml) {
      throw new IllegalArgumentException(
          "not YAML: " + notYaml.getOriginalMessage() + " (expected: a mapping)", notYaml);
    }
    throw new IllegalArgumentException("no mapping (expected: xds, image and tls)");
  }

  private static HostPort xds(JsonNode root) {
    try {
      return HostPort.parse(text(root, "xds"));
    } catch (IllegalArgumentException slip) {
      throw new IllegalArgumentException("xds: " + slip.getMessage(), slip);
    }
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).asText("");
    if (text.isEmpty()) {
      throw new IllegalArgumentException(field + ": missing (expected: a text)");
    }
    return text;
  }

  private static int number(JsonNode root, String field, int otherwise, int most) {
    JsonNode node = root.path(field);
    if (node.isMissingNode()) {
      return otherwise;
    }
    if (!node.isInt() || node.intValue() < 1 || node.intValue() > most) {
      throw new IllegalArgumentException(
          field + ": " + node.asText() + " (expected: 1 to " + most + ")");
    }
    return node.intValue();
  }

  private static FleetCertificates certificates(JsonNode tls) {
    String mode = tls.path("mode").asText("");
    return switch (mode) {
      case "existingSecret" -> new FleetCertificates.Existing();
      case "certManager" -> {
        if (!tls.path("issuerRef").hasNonNull("name")) {
          throw new IllegalArgumentException(
              "tls.issuerRef.name: missing (expected: the issuer of the fleets' certificates)");
        }
        yield new FleetCertificates.CertManager(map(tls.path("issuerRef")));
      }
      default ->
          throw new IllegalArgumentException(
              "tls.mode: \"" + mode + "\" (expected: existingSecret or certManager)");
    };
  }

  private static Map<String, Object> map(JsonNode node) {
    return node.isObject()
        ? YAML.convertValue(node, new TypeReference<Map<String, Object>>() {})
        : Map.of();
  }
}
