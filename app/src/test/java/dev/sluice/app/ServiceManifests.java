package dev.sluice.app;

/** What makes a service that can be judged, as YAML. */
public final class ServiceManifests {

  private ServiceManifests() {}

  /**
   * An InferenceService, one endpoint on this machine, and an objective {@code NAME-errors}.
   *
   * @param window of the objective, like {@code 28d}
   */
  public static String service(String name, int port, String window) {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: InferenceService
    metadata: {name: %1$s}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: %1$s, labels: {kubernetes.io/service-name: %1$s}}
    ports: [{port: %2$d}]
    endpoints: [{addresses: [127.0.0.1]}]
    ---
    apiVersion: pyrra.dev/v1alpha1
    kind: ServiceLevelObjective
    metadata:
      name: %1$s-errors
      labels: {inference.llmkube.dev/inferenceservice: %1$s}
    spec:
      target: "99"
      window: %3$s
      indicator:
        ratio:
          errors: {metric: 'errors_total{service="%1$s"}'}
          total: {metric: 'requests_total{service="%1$s"}'}
    ---
    """
        .formatted(name, port, window);
  }
}
