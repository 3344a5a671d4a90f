package dev.sluice.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * A real Envoy as a child process, seen through its admin interface on 127.0.0.1.
 *
 * <p><em>Thread:</em> any; calls block for at most ten seconds. <em>On failure:</em> an Envoy that
 * dies while starting (a bootstrap it rejects) makes {@link #awaitReady()} throw with the end of
 * its log. <em>On shutdown:</em> {@link #close()} ends the process.
 */
public final class EnvoyProcess implements AutoCloseable {

  private static final Duration READY_BOUND = Duration.ofSeconds(30);

  private final RunningProcess process;
  private final HttpUrl admin;
  private final LocalHttp http = new LocalHttp();

  private EnvoyProcess(RunningProcess process, int adminPort) {
    this.process = process;
    this.admin = new HttpUrl.Builder().scheme("http").host("127.0.0.1").port(adminPort).build();
  }

  /**
   * {@link #start(Path, String, int, int, List)} with one worker thread and no further arguments.
   */
  public static EnvoyProcess start(Path workDir, String bootstrap, int adminPort) {
    return start(workDir, bootstrap, adminPort, 1, List.of());
  }

  /**
   * Starts {@link Parts#envoy()}; its bootstrap and log are kept in {@code workDir}.
   *
   * @param bootstrap the bootstrap as JSON or YAML
   * @param adminPort the port that the bootstrap's {@code admin.address} names
   * @param concurrency Envoy's worker threads; each has its own round-robin position and connection
   *     pools
   * @param extraArguments further command line arguments, for example {@code --service-node}
   */
  public static EnvoyProcess start(
      Path workDir, String bootstrap, int adminPort, int concurrency, List<String> extraArguments) {
    Path file = workDir.resolve("envoy-bootstrap.yaml"); // JSON is YAML, so one name serves both
    try {
      Files.createDirectories(workDir);
      Files.writeString(file, bootstrap);
    } catch (IOException e) {
      throw new UncheckedIOException("Envoy bootstrap %s: can't be written".formatted(file), e);
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Parts.envoy().toString(),
                "--config-path",
                file.toString(),
                "--concurrency",
                Integer.toString(concurrency),
                "--log-level",
                "warning",
                // No shared memory, so Envoys that run side by side need no distinct base ids.
                "--disable-hot-restart"));
    command.addAll(extraArguments);
    RunningProcess process = RunningProcess.start("envoy", command, workDir.resolve("envoy.log"));
    return new EnvoyProcess(process, adminPort);
  }

  /**
   * Returns once {@code /ready} answers 200: the static configuration is live, and every cluster
   * and listener that was announced has been warmed.
   */
  public EnvoyProcess awaitReady() {
    HttpUrl ready = url("/ready");
    Await.until(
        READY_BOUND, "Envoy answers " + ready, () -> !process.isAlive() || http.answers(ready));
    process.requireAlive();
    return this;
  }

  /** Counters and gauges whose name starts with {@code prefix}; histograms are left out. */
  public Map<String, Long> stats(String prefix) {
    HttpUrl url =
        url("/stats").newBuilder().addQueryParameter("filter", "^" + Pattern.quote(prefix)).build();
    Map<String, Long> values = new LinkedHashMap<>();
    http.get(url).lines().forEach(line -> addStat(line, values));
    return values;
  }

  private static void addStat(String line, Map<String, Long> values) {
    int separator = line.lastIndexOf(": ");
    String value = line.substring(separator + 2);
    // A histogram's line reads "name: P0(nan,1) ..." and a text readout's is quoted.
    if (separator > 0 && value.chars().allMatch(Character::isDigit)) {
      values.put(line.substring(0, separator), Long.parseLong(value));
    }
  }

  /** {@code /config_dump} with endpoints, as Envoy prints it. */
  public JsonNode configDump() {
    return http.getJson(url("/config_dump").newBuilder().query("include_eds").build());
  }

  /** {@code /clusters}: hosts with weights, health and counters. */
  public JsonNode clusters() {
    return http.getJson(url("/clusters").newBuilder().query("format=json").build());
  }

  /** The answer of any other page of the admin interface, for example {@code /stats/prometheus}. */
  public String get(String path) {
    return http.get(url(path));
  }

  /** Where the admin interface listens. */
  public String adminUrl() {
    return admin.toString();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The end of Envoy's log: warnings and errors only. */
  public String logTail() {
    return process.tail();
  }

  /** SIGKILL: connections break, nothing is drained. */
  public void kill9() {
    process.kill9();
  }

  @Override
  public void close() {
    process.close();
    http.close();
  }

  private HttpUrl url(String pathAndQuery) {
    HttpUrl resolved = admin.resolve(pathAndQuery);
    if (resolved == null) {
      throw new IllegalArgumentException(
          "admin path: %s (expected: an absolute path such as /stats)".formatted(pathAndQuery));
    }
    return resolved;
  }
}
