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
import okhttp3.HttpUrl;

/**
 * A real Prometheus, 2.42 or newer including 3.x, as a child process on a free port of 127.0.0.1.
 * Its configuration, data and log live in the work folder; the data survives {@link #restart()} and
 * {@link #kill9()}.
 *
 * <p><em>Thread:</em> any; calls block for at most ten seconds. <em>On failure:</em> a Prometheus
 * that dies while starting (a bad rule file) makes {@link #awaitReady()} throw with the end of its
 * log. <em>On shutdown:</em> {@link #close()} ends the process.
 */
public final class PrometheusProcess implements AutoCloseable {

  private static final Duration READY_BOUND = Duration.ofSeconds(30);

  private final Path workDir;
  private final int port;
  private final List<String> extraFlags;
  private final HttpUrl base;
  private final LocalHttp http = new LocalHttp();
  private volatile RunningProcess process;

  private PrometheusProcess(Path workDir, int port, List<String> extraFlags) {
    this.workDir = workDir;
    this.port = port;
    this.extraFlags = List.copyOf(extraFlags);
    this.base = new HttpUrl.Builder().scheme("http").host("127.0.0.1").port(port).build();
    this.process = launch();
  }

  /** Starts {@link Parts#prometheus()} on a free port. */
  public static PrometheusProcess start(Path workDir, PrometheusConfig config) {
    writeConfig(workDir, config);
    return new PrometheusProcess(workDir, FreePorts.pick(), config.extraFlags());
  }

  private static void writeConfig(Path workDir, PrometheusConfig config) {
    Path file = configFile(workDir);
    try {
      Files.createDirectories(workDir);
      Files.writeString(file, config.toYaml());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Prometheus configuration %s: can't be written".formatted(file), e);
    }
  }

  private static Path configFile(Path workDir) {
    return workDir.resolve("prometheus.yml");
  }

  private RunningProcess launch() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Parts.prometheus().toString(),
                "--config.file=" + configFile(workDir),
                "--storage.tsdb.path=" + workDir.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-lifecycle",
                "--log.level=warn"));
    command.addAll(extraFlags);
    return RunningProcess.start("prometheus", command, workDir.resolve("prometheus.log"));
  }

  /** Returns once {@code /-/ready} answers 200: the data is replayed and queries work. */
  public PrometheusProcess awaitReady() {
    HttpUrl ready = url("/-/ready");
    Await.until(
        READY_BOUND,
        "Prometheus answers " + ready,
        () -> !process.isAlive() || http.answers(ready));
    process.requireAlive();
    return this;
  }

  /** One series of an instant query's answer. */
  public record Sample(Map<String, String> labels, double value) {
    public Sample {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * Runs an instant query whose answer is a vector; throws {@link IllegalStateException} with
   * Prometheus's words if it is not.
   */
  public List<Sample> query(String promql) {
    HttpUrl url = url("/api/v1/query").newBuilder().addQueryParameter("query", promql).build();
    JsonNode data = http.getJson(url).path("data");
    if (!data.path("resultType").asText().equals("vector")) {
      throw new IllegalStateException(
          "query %s: answer is a %s (expected: a vector)"
              .formatted(promql, data.path("resultType").asText()));
    }
    List<Sample> samples = new ArrayList<>();
    data.path("result").forEach(series -> samples.add(sample(series)));
    return List.copyOf(samples);
  }

  private static Sample sample(JsonNode series) {
    Map<String, String> labels = new LinkedHashMap<>();
    series
        .path("metric")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return new Sample(labels, number(series.path("value").path(1).asText()));
  }

  /**
   * Prometheus spells infinity {@code +Inf}, Java spells it {@code Infinity}; NaN is the same in
   * both.
   */
  private static double number(String text) {
    return Double.parseDouble(text.replace("Inf", "Infinity"));
  }

  /** The {@code data} of {@code /api/v1/rules}: groups with their rules, health and alerts. */
  public JsonNode rules() {
    return http.getJson(url("/api/v1/rules")).path("data");
  }

  /**
   * Reads the rule files again; throws with Prometheus's words if one is bad (the old rules stay).
   */
  public void reload() {
    http.post(url("/-/reload"));
  }

  /** Replaces the configuration (flags excepted, they need a new process) and loads it. */
  public void reload(PrometheusConfig config) {
    writeConfig(workDir, config);
    reload();
  }

  /**
   * Stops it (or buries it after {@link #kill9()}) and starts it again on the same port with the
   * same data.
   */
  public synchronized PrometheusProcess restart() {
    process.close();
    process = launch();
    return awaitReady();
  }

  /** SIGKILL: the last samples must come back from the write-ahead log. */
  public void kill9() {
    process.kill9();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** {@code http://127.0.0.1:port}, without a slash at the end. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port;
  }

  /** The end of Prometheus's log: warnings and errors only. */
  public String logTail() {
    return process.tail();
  }

  @Override
  public synchronized void close() {
    process.close();
    http.close();
  }

  private HttpUrl url(String path) {
    return base.newBuilder().encodedPath(path).build();
  }
}
