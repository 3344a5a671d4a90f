package dev.sluice.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the binaries of the real parts. An environment variable names one outright; otherwise the
 * cache folder that {@code ./sluice parts} fills is used. What a cluster is made of is there only
 * if its variables name it; {@code ./sluice test} sets them where it can.
 *
 * <p>A part that is missing is reported by {@link IllegalStateException} in one sentence that says
 * what to do.
 */
public final class Parts {

  private static final String ENVOY = "envoy-1.40.0/envoy";
  private static final String PROMETHEUS = "prometheus-2.42.0/prometheus";

  private final Map<String, String> environment;

  Parts(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The Envoy binary: {@code SLUICE_ENVOY}, else the pinned one of the cache folder. */
  public static Path envoy() {
    return new Parts(System.getenv()).findEnvoy();
  }

  /** The Prometheus binary: {@code SLUICE_PROMETHEUS}, else the pinned one of the cache folder. */
  public static Path prometheus() {
    return new Parts(System.getenv()).findPrometheus();
  }

  /**
   * What a Kubernetes API server is made of: {@code SLUICE_KUBE_APISERVER} and {@code SLUICE_ETCD}.
   * Empty unless both are set.
   */
  public static Optional<KubeBinaries> kubernetes() {
    return new Parts(System.getenv()).findKubernetes();
  }

  /** kubectl: {@code SLUICE_KUBECTL}, empty unless it is set. */
  public static Optional<Path> kubectl() {
    return new Parts(System.getenv()).named("SLUICE_KUBECTL", "a kubectl");
  }

  /** Helm: {@code SLUICE_HELM}, empty unless it is set. */
  public static Optional<Path> helm() {
    return new Parts(System.getenv()).named("SLUICE_HELM", "a helm >= 4");
  }

  /**
   * Pyrra's own reconciler, in config map mode: {@code SLUICE_PYRRA_OPERATOR}, empty unless it is
   * set.
   */
  public static Optional<Path> pyrraOperator() {
    return new Parts(System.getenv()).named("SLUICE_PYRRA_OPERATOR", "a Pyrra operator >= 0.10");
  }

  /**
   * Foreman's own operator, built by hand: {@code FOREMAN_OPERATOR_BIN}, empty unless it is set.
   */
  public static Optional<Path> foremanOperator() {
    return new Parts(System.getenv()).named("FOREMAN_OPERATOR_BIN", "Foreman's operator");
  }

  /**
   * The same with {@code foreman-bridge/go/foreman.patch}: {@code FOREMAN_GATED_OPERATOR_BIN},
   * empty unless it is set.
   */
  public static Optional<Path> gatedForemanOperator() {
    return new Parts(System.getenv()).named("FOREMAN_GATED_OPERATOR_BIN", "Foreman's operator");
  }

  /**
   * A folder with the CRDs of LLMKube and Pyrra to use instead of the tests' minimal ones: {@code
   * SLUICE_CRDS}, empty unless it is set.
   */
  public static Optional<Path> crds() {
    return Optional.ofNullable(System.getenv("SLUICE_CRDS")).map(Path::of);
  }

  /** The two binaries of a Kubernetes API server. */
  public record KubeBinaries(Path apiServer, Path etcd) {}

  Optional<KubeBinaries> findKubernetes() {
    Optional<Path> apiServer = named("SLUICE_KUBE_APISERVER", "a kube-apiserver >= 1.30");
    Optional<Path> etcd = named("SLUICE_ETCD", "an etcd >= 3.4");
    return apiServer.flatMap(server -> etcd.map(store -> new KubeBinaries(server, store)));
  }

  Path findEnvoy() {
    return find("Envoy 1.40.0", "SLUICE_ENVOY", ENVOY, "an Envoy >= 1.37");
  }

  Path findPrometheus() {
    return find("Prometheus 2.42.0", "SLUICE_PROMETHEUS", PROMETHEUS, "a Prometheus >= 2.42");
  }

  private Path find(String part, String variable, String cached, String accepted) {
    Optional<Path> named = named(variable, accepted);
    if (named.isPresent()) {
      return named.get();
    }
    Path pinned = cacheFolder().resolve("parts").resolve(cached);
    if (isBinary(pinned)) {
      return pinned;
    }
    throw new IllegalStateException(
        "%s not found at %s; run ./sluice parts, or set %s to %s"
            .formatted(part, pinned, variable, accepted));
  }

  private Optional<Path> named(String variable, String accepted) {
    String text = environment.getOrDefault(variable, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Path named = Path.of(text);
    if (!isBinary(named)) {
      throw new IllegalStateException(
          "%s: %s (expected: an executable file, %s)".formatted(variable, named, accepted));
    }
    return Optional.of(named);
  }

  private Path cacheFolder() {
    String configured = environment.getOrDefault("SLUICE_CACHE", "");
    return configured.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "sluice")
        : Path.of(configured);
  }

  private static boolean isBinary(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
