package dev.sluice.app.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The Service that a ModelRouter's clients call.
 *
 * @param version its resourceVersion: a patch that names it is refused if someone else was faster
 * @param selector the labels of the pods that it points at
 * @param original what it pointed at before Sluice took it; empty if Sluice didn't
 * @param targetPorts the ports of the pods, as numbers or names
 */
record RouterService(
    String namespace,
    String name,
    String version,
    Map<String, String> selector,
    Optional<Map<String, String>> original,
    List<String> targetPorts) {

  static final String ORIGINAL = "sluice.dev/original-selector";

  private static final JsonMapper JSON = new JsonMapper();

  RouterService {
    selector = Map.copyOf(selector);
    original = original.map(Map::copyOf);
    targetPorts = List.copyOf(targetPorts);
  }

  /** LLMKube's name for it. */
  static String nameOf(String router) {
    return router.replace('.', '-') + "-router-proxy";
  }

  static RouterService of(Service service) {
    Map<String, String> annotations = service.getMetadata().getAnnotations();
    Map<String, String> selector = service.getSpec().getSelector();
    return new RouterService(
        service.getMetadata().getNamespace(),
        service.getMetadata().getName(),
        service.getMetadata().getResourceVersion(),
        selector == null ? Map.of() : selector,
        Optional.ofNullable(annotations == null ? null : annotations.get(ORIGINAL))
            .map(json -> parse(json).orElseGet(() -> ownOf(service))),
        service.getSpec().getPorts().stream().map(RouterService::target).toList());
  }

  private static String target(ServicePort port) {
    IntOrString target = port.getTargetPort();
    if (target == null) {
      return String.valueOf(port.getPort());
    }
    return target.getStrVal() == null
        ? String.valueOf(target.getIntVal())
        : String.valueOf(target.getStrVal());
  }

  /** What LLMKube gives it when it makes it; holds where our note can't be read. */
  private static Map<String, String> ownOf(Service service) {
    return Map.of("app", service.getMetadata().getName());
  }

  private static Optional<Map<String, String>> parse(String json) {
    try {
      return Optional.of(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException damaged) {
      return Optional.empty();
    }
  }

  /** The patch that points it at a fleet and notes what it pointed at. */
  String taking(Map<String, String> fleet) {
    return patch(fleet, Optional.of(json(new TreeMap<>(selector))));
  }

  /** The patch that points it at what it pointed at before. */
  String givingBack(Map<String, String> before) {
    return patch(before, Optional.empty());
  }

  // A merge patch merges maps: a key that is to go must be null.
  private String patch(Map<String, String> next, Optional<String> note) {
    Map<String, Object> labels = new HashMap<>();
    selector.keySet().forEach(key -> labels.put(key, null));
    labels.putAll(next);
    Map<String, Object> annotations = new HashMap<>();
    annotations.put(ORIGINAL, note.orElse(null));
    return json(
        Map.of(
            "metadata",
            Map.of("resourceVersion", version, "annotations", annotations),
            "spec",
            Map.of("selector", labels)));
  }

  private static String json(Map<String, ?> map) {
    try {
      return JSON.writeValueAsString(map);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("texts that JSON can't say", impossible);
    }
  }

  String words() {
    return new TreeMap<>(selector).toString();
  }

  @Override
  public String toString() {
    return "Service " + namespace + "/" + name;
  }
}
