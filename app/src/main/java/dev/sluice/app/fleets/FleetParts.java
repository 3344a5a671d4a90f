package dev.sluice.app.fleets;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.Bootstrap;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import dev.sluice.xds.bootstrap.EnvoyTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the objects of a fleet: those that the chart makes of an entry in its {@code fleets}, with
 * the ModelRouter as their owner.
 */
public final class FleetParts {

  /** The label by which the objects of managed fleets are told from others. */
  public static final String COMPONENT = "app.kubernetes.io/component";

  /** The value of {@link #COMPONENT}. */
  public static final String ENVOY_FLEET = "envoy-fleet";

  /** What the checksum of an object's body is kept in. */
  public static final String APPLIED = "sluice.dev/applied";

  /** After the router's name: the name of its fleet's objects. */
  static final String SUFFIX = "-envoy";

  /** The label of a fleet's pods; its value is the router's name. */
  public static final String POD_LABEL = "sluice.dev/fleet";

  static final Path BOOTSTRAP_FOLDER = Path.of("/etc/sluice/envoy");
  static final Path TLS_FOLDER = Path.of("/etc/sluice/tls");
  private static final HostPort ADMIN = new HostPort("127.0.0.1", 9901);
  static final HostPort STATS = new HostPort("0.0.0.0", 9902);
  private static final String OWNER_VERSION = "inference.llmkube.dev/v1alpha1";

  private final Fleet fleet;
  private final FleetSettings settings;

  private FleetParts(Fleet fleet, FleetSettings settings) {
    this.fleet = fleet;
    this.settings = settings;
  }

  /**
   * A fleet that is to be.
   *
   * @param ownerUid of the ModelRouter
   * @param port where its Envoys listen
   * @param maxReplicas more than {@code replicas} for an autoscaler
   */
  public record Fleet(RouterRef router, String ownerUid, int port, int replicas, int maxReplicas) {

    boolean isAutoscaled() {
      return maxReplicas > replicas;
    }

    /** What its objects are called. */
    public String name() {
      return router.name() + SUFFIX;
    }

    /** The name that its certificate must have. */
    public String uri() {
      return "spiffe://cluster.local/fleet/" + router;
    }

    Map<String, Object> podLabels() {
      return Map.of(POD_LABEL, router.name());
    }
  }

  /** Its objects, in the order in which they are applied. */
  public static List<FleetPart> of(Fleet fleet, FleetSettings settings) {
    return new FleetParts(fleet, settings).parts();
  }

  /** The Secret that the pods of a router's fleet mount. */
  public static String secretOf(String router) {
    return router + SUFFIX + "-tls";
  }

  private List<FleetPart> parts() {
    Map<String, String> bootstrap = new LinkedHashMap<>(bootstrap().files());
    List<FleetPart> parts = new ArrayList<>();
    parts.add(part(FleetKind.CONFIG_MAP, Map.of("data", bootstrap)));
    if (settings.certificates() instanceof FleetCertificates.CertManager(var issuer)) {
      parts.add(part(FleetKind.CERTIFICATE, Map.of("spec", certificate(issuer))));
    }
    parts.add(part(FleetKind.SERVICE, Map.of("spec", service())));
    parts.add(part(FleetKind.DISRUPTION_BUDGET, Map.of("spec", disruptionBudget())));
    parts.add(part(FleetKind.DEPLOYMENT, Map.of("spec", deployment(Checksum.of(bootstrap)))));
    if (fleet.isAutoscaled()) {
      parts.add(part(FleetKind.AUTOSCALER, Map.of("spec", autoscaler())));
    }
    return List.copyOf(parts);
  }

  /** What {@code sluice bootstrap} prints; each pod is made a node of its own by an argument. */
  private Bootstrap bootstrap() {
    return new Bootstrap(fleet.router(), "envoy", settings.xds(), ADMIN)
        .withStats(STATS)
        .withTls(
            new EnvoyTls(
                TLS_FOLDER.resolve("tls.crt"),
                TLS_FOLDER.resolve("tls.key"),
                TLS_FOLDER.resolve("ca.crt"),
                settings.xds().host(),
                BOOTSTRAP_FOLDER));
  }

  private FleetPart part(FleetKind kind, Map<String, Object> content) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", fleet.name());
    metadata.put("namespace", fleet.router().namespace());
    metadata.put(
        "labels",
        Map.of(
            "app.kubernetes.io/managed-by",
            "sluice",
            COMPONENT,
            ENVOY_FLEET,
            POD_LABEL,
            fleet.router().name()));
    metadata.put("ownerReferences", List.of(owner()));
    Map<String, Object> body = new LinkedHashMap<>(content);
    body.put("apiVersion", kind.apiVersion());
    body.put("kind", kind.word());
    body.put("metadata", metadata);
    String checksum = Checksum.of(body);
    metadata.put("annotations", Map.of(APPLIED, checksum));
    return new FleetPart(new FleetPart.Key(kind, fleet.router().namespace(), fleet.name()), body);
  }

  /** Blocks nobody: that would need the right to the router's finalizers. */
  private Map<String, Object> owner() {
    return Map.of(
        "apiVersion",
        OWNER_VERSION,
        "kind",
        "ModelRouter",
        "name",
        fleet.router().name(),
        "uid",
        fleet.ownerUid(),
        "controller",
        true,
        "blockOwnerDeletion",
        false);
  }

  private Map<String, Object> certificate(Map<String, Object> issuer) {
    return Map.of(
        "secretName", secretOf(fleet.router().name()),
        "issuerRef", issuer,
        "uris", List.of(fleet.uri()),
        "usages", List.of("client auth"),
        "privateKey", Map.of("algorithm", "ECDSA", "encoding", "PKCS8"));
  }

  private Map<String, Object> service() {
    return Map.of(
        "selector",
        fleet.podLabels(),
        "ports",
        List.of(
            Map.of(
                "name",
                "http",
                "protocol",
                "TCP",
                "port",
                fleet.port(),
                "targetPort",
                FleetPod.HTTP)));
  }

  private Map<String, Object> disruptionBudget() {
    return Map.of("maxUnavailable", 1, "selector", Map.of("matchLabels", fleet.podLabels()));
  }

  private Map<String, Object> deployment(String bootstrapChecksum) {
    Map<String, Object> spec = new LinkedHashMap<>();
    if (!fleet.isAutoscaled()) {
      spec.put("replicas", fleet.replicas());
    }
    spec.put("selector", Map.of("matchLabels", fleet.podLabels()));
    // A new pod is ready before an old one goes.
    spec.put(
        "strategy",
        Map.of(
            "type", "RollingUpdate", "rollingUpdate", Map.of("maxUnavailable", 0, "maxSurge", 1)));
    spec.put(
        "template",
        Map.of(
            "metadata",
            Map.of(
                "labels",
                // The second is for a PodMonitor of all managed fleets.
                Map.of(POD_LABEL, fleet.router().name(), COMPONENT, ENVOY_FLEET),
                "annotations",
                Map.of("checksum/bootstrap", bootstrapChecksum)),
            "spec",
            new FleetPod(fleet, settings).spec()));
    return spec;
  }

  private Map<String, Object> autoscaler() {
    return Map.of(
        "scaleTargetRef",
        Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", fleet.name()),
        "minReplicas",
        fleet.replicas(),
        "maxReplicas",
        fleet.maxReplicas(),
        "metrics",
        List.of(
            Map.of(
                "type",
                "Resource",
                "resource",
                Map.of(
                    "name",
                    "cpu",
                    "target",
                    Map.of(
                        "type", "Utilization", "averageUtilization", settings.cpuUtilization())))));
  }
}
