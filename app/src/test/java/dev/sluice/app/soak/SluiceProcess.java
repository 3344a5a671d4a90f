package dev.sluice.app.soak;

import dev.sluice.app.cli.HostPort;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.RunningProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * {@code sluice run} as a child process, with the collector of our image and the heap that the
 * chart's limit leaves it.
 *
 * <p><em>Thread:</em> any; calls block. <em>On failure:</em> one that dies while starting is
 * explained with the end of its log; pages of one that is away are empty. <em>On shutdown:</em>
 * {@link #close()} sends SIGTERM.
 */
public final class SluiceProcess implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");
  private static final String HEAP = "-Xmx512m";

  private final HostPort xds = loopback();
  private final HostPort http = loopback();
  private final HttpClient client = HttpClient.newHttpClient();
  private final RunningProcess process;

  private SluiceProcess(String name, Path folder, List<String> options) {
    this.process =
        RunningProcess.start(name, command(options), folder.resolve(name).resolve("sluice.log"));
  }

  /** Starts {@code sluice run} with {@code options} and with ports of its own. */
  public static SluiceProcess start(String name, Path folder, List<String> options) {
    return new SluiceProcess(name, folder, options);
  }

  private List<String> command(List<String> options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                JAVA_BIN.resolve("java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.app.Main",
                "run",
                "--xds",
                xds.toString(),
                "--grpc",
                loopback().toString(),
                "--http",
                http.toString()));
    command.addAll(options);
    return command;
  }

  private static HostPort loopback() {
    return new HostPort("127.0.0.1", FreePorts.pick());
  }

  /** Returns once it has something to serve, or has followed a leader. */
  public SluiceProcess awaitReady() {
    Await.until(
        BOUND, "Sluice is ready", () -> !process.isAlive() || page("/readyz").equals("ready\n"));
    process.requireAlive();
    return this;
  }

  /** Where Envoys connect to. */
  public int xdsPort() {
    return xds.port();
  }

  /** The operating system's process id. */
  public long pid() {
    return process.pid();
  }

  /** The end of its log. */
  public String logTail() {
    return process.tail();
  }

  /** A page of it; empty while it doesn't answer. */
  public String page(String path) {
    URI uri = URI.create("http://" + http + path);
    try {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException away) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** The sum of the metric's series whose name and labels start so; empty if there is none. */
  public OptionalDouble metric(String series) {
    double[] values =
        page("/metrics")
            .lines()
            .filter(line -> line.startsWith(series))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Arrays.stream(values).sum());
  }

  /** Asks its JVM for a full collection, so that what is in use then is what is alive. */
  void collectGarbage(Path folder) {
    List<String> jcmd =
        List.of(JAVA_BIN.resolve("jcmd").toString(), String.valueOf(pid()), "GC.run");
    try (RunningProcess asking =
        RunningProcess.start("jcmd", jcmd, folder.resolve("jcmd").resolve("jcmd.log"))) {
      Await.until(BOUND, "jcmd has ended", () -> !asking.isAlive());
    }
  }

  /** SIGKILL: nothing is saved, nothing is handed over. */
  public void kill9() {
    process.kill9();
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }
}
