package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.fleets.FleetParts;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a ModelRouter asks of its data plane, beside its rules.
 *
 * @param dataPlane the {@code spec.dataPlane}; empty if it has none
 * @param adopts whether its Service is to point at its Envoys
 * @param fleet the labels of its Envoys' pods
 * @param fault why the labels that it names can't be used; empty if they can
 */
record RouterWish(
    Optional<String> dataPlane, boolean adopts, Map<String, String> fleet, Optional<String> fault) {

  static final String ADOPT = "sluice.dev/adopt";
  static final String FLEET_SELECTOR = "sluice.dev/fleet-selector";

  private static final String PROXY = "Proxy";
  private static final Pattern COMMA = Pattern.compile(",");

  // Kubernetes' syntax of label keys and values, as far as a slip of the pen shows.
  private static final Pattern LABEL =
      Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._/-]*)\\s*=\\s*([A-Za-z0-9._-]{0,63})\\s*");

  RouterWish {
    fleet = Map.copyOf(fleet);
  }

  static RouterWish of(KubeObject router) {
    JsonNode root = router.json();
    JsonNode annotations = root.at("/metadata/annotations");
    Optional<String> selector = text(annotations.path(FLEET_SELECTOR));
    Optional<String> slip = selector.flatMap(RouterWish::slip);
    return new RouterWish(
        text(root.at("/spec/dataPlane")),
        annotations.path(ADOPT).asText("").equals("true"),
        slip.isEmpty() && selector.isPresent()
            ? labels(selector.get())
            : Map.of(FleetParts.POD_LABEL, router.key().name()),
        slip);
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.of(node.asText("")).filter(text -> !text.isEmpty());
  }

  private static Optional<String> slip(String selector) {
    for (String pair : COMMA.split(selector, -1)) {
      if (!LABEL.matcher(pair).matches()) {
        return Optional.of(
            "metadata.annotations[%s]: \"%s\" (expected: labels, like app=envoy,router=chat)"
                .formatted(FLEET_SELECTOR, selector));
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> labels(String selector) {
    Map<String, String> labels = new TreeMap<>();
    for (String pair : COMMA.split(selector, -1)) {
      int equals = pair.indexOf('=');
      labels.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return labels;
  }

  /** The data plane, if it is another than the one that Sluice steers. */
  Optional<String> otherDataPlane() {
    return dataPlane.filter(plane -> !plane.equals(PROXY));
  }
}
