package dev.sluice.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Finds the binaries of the real parts. An environment variable names one outright; otherwise the
 * cache folder that {@code ./sluice parts} fills is used.
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

  Path findEnvoy() {
    return find("Envoy 1.40.0", "SLUICE_ENVOY", ENVOY, "an Envoy >= 1.37");
  }

  Path findPrometheus() {
    return find("Prometheus 2.42.0", "SLUICE_PROMETHEUS", PROMETHEUS, "a Prometheus >= 2.42");
  }

  private Path find(String part, String variable, String cached, String accepted) {
    String override = environment.getOrDefault(variable, "");
    if (!override.isEmpty()) {
      Path named = Path.of(override);
      if (isBinary(named)) {
        return named;
      }
      throw new IllegalStateException(
          "%s: %s (expected: an executable file, %s)".formatted(variable, named, accepted));
    }
    Path pinned = cacheFolder().resolve("parts").resolve(cached);
    if (isBinary(pinned)) {
      return pinned;
    }
    throw new IllegalStateException(
        "%s not found at %s; run ./sluice parts, or set %s to %s"
            .formatted(part, pinned, variable, accepted));
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
