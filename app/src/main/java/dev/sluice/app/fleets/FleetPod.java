package dev.sluice.app.fleets;

import dev.sluice.xds.bootstrap.Bootstrap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pods of a fleet: the restricted Pod Security Standard, and no account. */
record FleetPod(FleetParts.Fleet fleet, FleetSettings settings) {

  /** The name of the port where clients are served. */
  static final String HTTP = "http";

  private static final String BOOTSTRAP = "bootstrap";
  private static final String TLS = "tls";
  private static final int ENVOY_USER = 101;
  private static final int READABLE_BY_GROUP = 0440;

  Map<String, Object> spec() {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("automountServiceAccountToken", false);
    spec.put("terminationGracePeriodSeconds", settings.terminationGracePeriodSeconds());
    spec.put(
        "securityContext",
        Map.of(
            "runAsNonRoot",
            true,
            "runAsUser",
            ENVOY_USER,
            "fsGroup",
            ENVOY_USER,
            "seccompProfile",
            Map.of("type", "RuntimeDefault")));
    spec.put(
        "topologySpreadConstraints",
        List.of(
            Map.of(
                "maxSkew",
                1,
                "topologyKey",
                settings.topologyKey(),
                "whenUnsatisfiable",
                "ScheduleAnyway",
                "labelSelector",
                Map.of("matchLabels", fleet.podLabels()))));
    spec.put("containers", List.of(container()));
    spec.put(
        "volumes",
        List.of(
            Map.of("name", BOOTSTRAP, "configMap", Map.of("name", fleet.name())),
            Map.of(
                "name",
                TLS,
                "secret",
                Map.of(
                    "secretName",
                    FleetParts.secretOf(fleet.router().name()),
                    "defaultMode",
                    READABLE_BY_GROUP))));
    return spec;
  }

  private Map<String, Object> container() {
    Map<String, Object> container = new LinkedHashMap<>();
    container.put("name", "envoy");
    container.put("image", settings.image());
    // Each pod is a node of its own.
    container.put(
        "args", List.of("--config-path", file(Bootstrap.FILE), "--service-node", "$(POD_NAME)"));
    container.put(
        "env",
        List.of(
            Map.of(
                "name",
                "POD_NAME",
                "valueFrom",
                Map.of("fieldRef", Map.of("fieldPath", "metadata.name")))));
    container.put(
        "ports",
        List.of(
            Map.of("name", HTTP, "containerPort", fleet.port(), "protocol", "TCP"),
            Map.of("name", "stats", "containerPort", FleetParts.STATS.port(), "protocol", "TCP")));
    // Ready once it has its configuration, and it keeps that while Sluice is away.
    container.put(
        "readinessProbe",
        Map.of("httpGet", Map.of("path", "/ready", "port", "stats"), "periodSeconds", 5));
    // Envoy ends at SIGTERM whatever it is doing: answers under way are waited for.
    container.put(
        "lifecycle",
        Map.of(
            "preStop", Map.of("exec", Map.of("command", List.of("bash", file(Bootstrap.DRAIN))))));
    container.put("resources", settings.resources());
    container.put(
        "securityContext",
        Map.of(
            "allowPrivilegeEscalation", false,
            "readOnlyRootFilesystem", true,
            "capabilities", Map.of("drop", List.of("ALL"))));
    // Not by subPath: a rotated certificate would not arrive.
    container.put(
        "volumeMounts",
        List.of(
            Map.of(
                "name",
                BOOTSTRAP,
                "mountPath",
                FleetParts.BOOTSTRAP_FOLDER.toString(),
                "readOnly",
                true),
            Map.of("name", TLS, "mountPath", FleetParts.TLS_FOLDER.toString(), "readOnly", true)));
    return container;
  }

  private static String file(String name) {
    return FleetParts.BOOTSTRAP_FOLDER.resolve(name).toString();
  }
}
