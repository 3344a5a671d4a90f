package dev.sluice.foreman.rpc;

import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.RunningProcess;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A {@link ChaosServer} that can be killed, and started again at the same address.
 *
 * <p><i>Thread</i>: one. <i>On failure</i>: an order that isn't carried out throws. <i>On
 * shutdown</i>: the process ends.
 */
final class BreachProcess implements AutoCloseable {

  private static final Duration STARTING = Duration.ofSeconds(30);
  private static final Duration ORDER = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = FreePorts.pick();
  private final int controlPort = FreePorts.pick();
  private final List<String> command;
  private final Path log;
  private RunningProcess process;

  private BreachProcess(Path log, Duration heartbeat, Duration slowWatcher, int services) {
    this.log = log;
    this.command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            // Half of what the chart gives Sluice.
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            ChaosServer.class.getName(),
            String.valueOf(port),
            String.valueOf(controlPort),
            heartbeat.toString(),
            slowWatcher.toString(),
            String.valueOf(services));
    this.process = RunningProcess.start("breach", command, log);
  }

  /** Starts one, which says that all services are within their budget. */
  static BreachProcess start(Path folder, Duration heartbeat, Duration slowWatcher, int services) {
    BreachProcess started =
        new BreachProcess(folder.resolve("breach.log"), heartbeat, slowWatcher, services);
    started.awaitServing();
    return started;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  ManagedChannel connect() {
    return Grpc.newChannelBuilder(address(), InsecureChannelCredentials.create()).build();
  }

  void kill9() {
    process.kill9();
  }

  void startAgain() {
    process = RunningProcess.start("breach", command, log);
    awaitServing();
  }

  /** All services are breached from now on; returns the revision that says so. */
  long breached() {
    return order("/breached");
  }

  /** The first service alone is breached from now on; returns the revision that says so. */
  long oneBreached() {
    return order("/one-breached");
  }

  /** Bytes in use after a collection. */
  long heap() {
    return order("/heap");
  }

  /** Processor time used since it was started. */
  Duration cpu() {
    return ProcessHandle.of(process.pid())
        .flatMap(each -> each.info().totalCpuDuration())
        .orElseThrow();
  }

  long watchers() {
    return order("/watchers");
  }

  private void awaitServing() {
    Await.until(
        STARTING,
        "the breach service serves",
        () -> {
          process.requireAlive();
          return watchers() >= 0;
        });
  }

  private long order(String path) {
    URI uri = URI.create("http://127.0.0.1:" + controlPort + path);
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(ORDER).build();
      return Long.parseLong(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException notThere) {
      throw new UncheckedIOException(path, notThere);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + path, interrupted);
    }
  }

  @Override
  public void close() {
    process.close();
    http.close();
  }
}
