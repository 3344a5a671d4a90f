package dev.sluice.app.fleets;

/** The kinds of objects that a fleet is made of, in the order in which they are applied. */
public enum FleetKind {
  CONFIG_MAP("", "v1", "ConfigMap", "configmaps"),
  CERTIFICATE("cert-manager.io", "v1", "Certificate", "certificates"),
  SERVICE("", "v1", "Service", "services"),
  DISRUPTION_BUDGET("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"),
  DEPLOYMENT("apps", "v1", "Deployment", "deployments"),
  AUTOSCALER("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");

  private final String group;
  private final String version;
  private final String word;
  private final String plural;

  FleetKind(String group, String version, String word, String plural) {
    this.group = group;
    this.version = version;
    this.word = word;
    this.plural = plural;
  }

  public String group() {
    return group;
  }

  public String version() {
    return version;
  }

  /** {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code Deployment}. */
  public String word() {
    return word;
  }

  /** {@code deployments}. */
  public String plural() {
    return plural;
  }
}
