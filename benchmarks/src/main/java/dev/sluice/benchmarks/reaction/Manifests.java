package dev.sluice.benchmarks.reaction;

import java.util.List;

/** A folder's worth of services behind one router, each with a rule of its own. */
final class Manifests {

  private Manifests() {}

  static String of(List<String> services, int judgedPort, int sparePort, int routerPort) {
    StringBuilder yaml = new StringBuilder(service("spare", sparePort));
    StringBuilder backends = new StringBuilder();
    StringBuilder rules = new StringBuilder();
    for (String name : services) {
      yaml.append(service(name, judgedPort))
          .append(policy(name))
          .append(FiringAlerts.objective(name));
      backends.append("  - {name: %1$s, inferenceServiceRef: {name: %1$s}}\n".formatted(name));
      rules.append(
          """
            - name: %1$s
              match: {headers: {x-rule: %1$s}}
              route: {strategy: weighted, backends: [%1$s, spare]}
          """
              .formatted(name));
    }
    return yaml.append(
            """
            apiVersion: inference.llmkube.dev/v1alpha1
            kind: ModelRouter
            metadata:
              name: chat
              namespace: default
              annotations: {sluice.dev/listen: "127.0.0.1:%d"}
            spec:
              backends:
              - {name: spare, inferenceServiceRef: {name: spare}}
            """
                .formatted(routerPort))
        .append(backends)
        .append("  rules:\n")
        .append(rules)
        .toString();
  }

  private static String service(String name, int port) {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: InferenceService
    metadata: {name: %1$s, namespace: default}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: %1$s, namespace: default, labels: {kubernetes.io/service-name: %1$s}}
    ports: [{port: %2$d}]
    endpoints: [{addresses: [127.0.0.1]}]
    ---
    """
        .formatted(name, port);
  }

  private static String policy(String name) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: InferenceSLO
    metadata: {name: %1$s, namespace: default}
    spec:
      targetRef: {group: inference.llmkube.dev, kind: InferenceService, name: %1$s}
      ttftP99Ms: 500
      onBreach: {shares: {breached: 2%%, probe: 2%%}}
    ---
    """
        .formatted(name);
  }
}
