package dev.sluice.app.kube;

import java.time.Instant;
import java.util.Optional;

/** Agents as a cluster shows them. */
final class AgentScene {

  private String spec = "inferenceServiceRef: {name: qwen}";
  private String annotations = "";
  private Optional<String> heldBy = Optional.empty();

  static AgentScene coder() {
    return new AgentScene();
  }

  AgentScene withSpec(String yaml) {
    spec = yaml;
    return this;
  }

  AgentScene heldBy(String by, Instant until) {
    return labelled(by).heldUntil(until.toString());
  }

  AgentScene labelled(String by) {
    heldBy = Optional.of(by);
    return this;
  }

  AgentScene heldUntil(String text) {
    return annotated(KubeAgent.HELD_UNTIL, text);
  }

  AgentScene annotated(String key, String value) {
    annotations += "%s: \"%s\", ".formatted(key, value);
    return this;
  }

  KubeObject object() {
    String selector =
        heldBy
            .map(
                by ->
                    ", requiredCapability: {nodeSelector: {%s: %s}}"
                        .formatted(KubeAgent.HELD_BY, by))
            .orElse("");
    return KubeObjectReader.read(
        WatchedKind.AGENT,
        KubeLab.object(
            """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: Agent
            metadata: {name: coder, namespace: default, uid: uid-1, annotations: {%s}}
            spec: {%s%s}
            """
                .formatted(annotations, spec, selector)));
  }

  KubeAgent agent() {
    return KubeAgent.of(object());
  }
}
