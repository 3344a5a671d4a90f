package dev.sluice.benchmarks.fleet;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The objects of a cluster with many services, as JSON: of each service the InferenceService, its
 * Service, an EndpointSlice with two pods and three objectives; and a router for every ten.
 */
record FleetObjects(int services) {

  static final int OBJECTIVES = 3;
  private static final int SERVICES_PER_ROUTER = 10;

  /** Every object by its name. */
  Map<String, Optional<String>> all() {
    Map<String, Optional<String>> objects = new LinkedHashMap<>();
    for (int i = 0; i < services; i++) {
      objects.put("InferenceService/" + name(i), Optional.of(service(i)));
      objects.put("Service/" + name(i), Optional.of(kubeService(i)));
      objects.put("EndpointSlice/" + name(i), Optional.of(slice(i)));
      for (int j = 0; j < OBJECTIVES; j++) {
        objects.put("SLO/" + objective(i, j), Optional.of(slo(i, j)));
      }
    }
    for (int i = 0; i < services; i += SERVICES_PER_ROUTER) {
      objects.put("ModelRouter/" + i, Optional.of(router(i)));
    }
    return objects;
  }

  /** One service that is scaled to another number of replicas. */
  Map<String, Optional<String>> oneChanged(int round) {
    return Map.of(
        "InferenceService/" + name(0),
        Optional.of(service(0).replace("\"replicas\":2", "\"replicas\":" + (3 + round))));
  }

  static String name(int service) {
    return "service-" + service;
  }

  static String objective(int service, int number) {
    return name(service) + "-slo-" + number;
  }

  /** The series an objective counts. */
  static String total(int service) {
    return "vllm:time_to_first_token_seconds_count{namespace=\"ml\",service=\""
        + name(service)
        + "\"}";
  }

  private static String service(int i) {
    return """
    {"apiVersion":"inference.llmkube.dev/v1alpha1","kind":"InferenceService",\
    "metadata":{"namespace":"ml","name":"%s"},\
    "spec":{"runtime":"vllm","replicas":2},"status":{"phase":"Ready"}}"""
        .formatted(name(i));
  }

  private static String kubeService(int i) {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"ml","name":"%1$s",\
    "labels":{"inference.llmkube.dev/service":"%1$s"}}}"""
        .formatted(name(i));
  }

  private static String slice(int i) {
    String host = "10.%d.%d.".formatted(i / 120 % 250, i % 120);
    return """
    {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",\
    "metadata":{"namespace":"ml","name":"%1$s-x","labels":{"kubernetes.io/service-name":"%1$s"}},\
    "addressType":"IPv4","ports":[{"name":"http","port":8000}],\
    "endpoints":[{"addresses":["%2$s1"],"targetRef":{"kind":"Pod","name":"%1$s-a"}},\
    {"addresses":["%2$s2"],"targetRef":{"kind":"Pod","name":"%1$s-b"}}]}"""
        .formatted(name(i), host);
  }

  private static String slo(int i, int number) {
    String series = total(i).replace("\"", "\\\"");
    return """
    {"apiVersion":"pyrra.dev/v1alpha1","kind":"ServiceLevelObjective",\
    "metadata":{"namespace":"ml","name":"%1$s",\
    "labels":{"inference.llmkube.dev/inferenceservice":"%2$s"}},\
    "spec":{"target":"99","window":"28d","indicator":{"ratio":{\
    "errors":{"metric":"%3$s"},"total":{"metric":"%3$s"}}}}}"""
        .formatted(objective(i, number), name(i), series);
  }

  private String router(int first) {
    String backends =
        IntStream.range(first, Math.min(first + SERVICES_PER_ROUTER, services))
            .mapToObj(
                i ->
                    "{\"name\":\"%1$s\",\"inferenceServiceRef\":{\"name\":\"%1$s\"}}"
                        .formatted(name(i)))
            .collect(Collectors.joining(","));
    return """
    {"apiVersion":"inference.llmkube.dev/v1alpha1","kind":"ModelRouter",\
    "metadata":{"namespace":"ml","name":"router-%1$d",\
    "annotations":{"sluice.dev/listen":"127.0.0.1:10000"}},\
    "spec":{"backends":[%2$s],"defaultRoute":"%3$s"}}"""
        .formatted(first, backends, name(first));
  }
}
