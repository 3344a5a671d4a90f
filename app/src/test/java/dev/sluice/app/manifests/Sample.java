package dev.sluice.app.manifests;

/** Manifests that tests begin from. */
final class Sample {

  private Sample() {}

  static final String SERVICES =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: gpu-a}
      spec: {modelRef: qwen, runtime: vllm}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: gpu.b}
      spec: {modelRef: qwen}
      """;

  static final String SLICES =
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: gpu-a-x
        labels: {kubernetes.io/service-name: gpu-a}
      addressType: IPv4
      ports:
      - {name: http, port: 8000}
      - {name: metrics, port: 9000}
      endpoints:
      - addresses: [127.0.0.1]
        targetRef: {kind: Pod, name: gpu-a-0}
      - addresses: [127.0.0.2]
        conditions: {ready: false}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: gpu-b-x
        labels: {kubernetes.io/service-name: gpu-b}
      addressType: IPv4
      ports:
      - {port: 8001}
      endpoints:
      - addresses: [127.0.0.3]
      """;

  static final String ROUTER =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata:
        name: chat
        annotations:
          sluice.dev/listen: 127.0.0.1:10000
      spec:
        backends:
        - name: a
          inferenceServiceRef: {name: gpu-a}
          weight: 3
        - name: b
          inferenceServiceRef: {name: gpu.b}
          timeout: 5s
        rules:
        - name: all
          route:
            backends: [a, b]
            strategy: weighted
        defaultRoute: a
      """;

  static final String SLO =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: InferenceSLO
      metadata: {name: gpu-a}
      spec:
        targetRef: {group: inference.llmkube.dev, kind: InferenceService, name: gpu-a}
        ttftP99Ms: 500
        mode: Observe
        onBreach:
          shares: {atRisk: 80%, breached: 0.4, probe: 2%, recoverBy: 20%, step: 5s}
          recovery: {clearFor: 10s, minSamples: 5}
          dispatch: Admit
          minPriority: 7
          whenUnknown: Defer
          admitPerStep: 12
      """;
}
