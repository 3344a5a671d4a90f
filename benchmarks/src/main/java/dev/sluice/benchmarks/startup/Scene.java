package dev.sluice.benchmarks.startup;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.lab.FreePorts;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A folder with one router, a Prometheus that has nothing to say, and Sluices that start there. */
final class Scene implements AutoCloseable {

  private static final int BOUND_SECONDS = 60;
  private static final int RETRY_MS = 2;
  private static final String CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  private static final String RULES = "{\"status\": \"success\", \"data\": {\"groups\": []}}";
  private static final Path OBJECTS = Path.of("helm", "image", "training.yaml");

  private final Path folder;
  private final HttpServer prometheus;

  private Scene(Path folder, HttpServer prometheus) {
    this.folder = folder;
    this.prometheus = prometheus;
  }

  static Scene open(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("objects"));
    Files.copy(OBJECTS, folder.resolve("objects/all.yaml"));
    HttpServer prometheus =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] rules = RULES.getBytes(StandardCharsets.UTF_8);
    prometheus.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, rules.length);
          exchange.getResponseBody().write(rules);
          exchange.close();
        });
    prometheus.start();
    return new Scene(folder, prometheus);
  }

  /**
   * How one start went.
   *
   * @param took until the first answer
   * @param cpu what the process had used by then
   */
  record Started(Duration took, Duration cpu) {}

  /** Starts one and stops it once it has answered. */
  Started start(Path runtime, List<String> options) throws Exception {
    int port = FreePorts.pick();
    Process process =
        new ProcessBuilder(command(runtime, options, port))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    long started = System.nanoTime();
    try {
      awaitListener(port, process);
      firstAnswer(port);
      return new Started(
          Duration.ofNanos(System.nanoTime() - started),
          process.info().totalCpuDuration().orElse(Duration.ZERO));
    } catch (IOException failure) {
      throw new IOException(Files.readString(folder.resolve("log")), failure);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  /** Makes an AOT cache as the image's build does. */
  Path train(Path runtime) throws IOException, InterruptedException {
    Path cache = folder.resolve(runtime.getFileName() + ".aot");
    Process training =
        new ProcessBuilder(
                "bash",
                "helm/image/train.sh",
                runtime.resolve("bin/java").toString(),
                appJar().toString(),
                OBJECTS.toString(),
                cache.toString())
            .inheritIO()
            .start();
    if (training.waitFor() != 0) {
      throw new IOException("the training exited with " + training.exitValue());
    }
    return cache;
  }

  private List<String> command(Path runtime, List<String> options, int port) {
    List<String> words = new ArrayList<>();
    words.add(runtime.resolve("bin/java").toString());
    words.addAll(options);
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-jar",
            appJar().toString(),
            "run",
            "--dir=" + folder.resolve("objects"),
            "--prometheus=http://127.0.0.1:" + prometheus.getAddress().getPort(),
            "--xds=127.0.0.1:" + port,
            "--grpc=127.0.0.1:" + FreePorts.pick(),
            "--http=127.0.0.1:" + FreePorts.pick()));
    return words;
  }

  private static Path appJar() {
    try (var jars = Files.newDirectoryStream(Path.of("app", "target"), "app-*.jar")) {
      return jars.iterator().next();
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "app/target has no jar (expected: ./sluice build)", unreadable);
    }
  }

  private static void awaitListener(int port, Process process) throws Exception {
    while (true) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException _) {
        if (!process.isAlive()) {
          throw new IOException("Sluice exited with " + process.exitValue());
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
      }
    }
  }

  private static void firstAnswer(int port) throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    CompletableFuture<DeltaDiscoveryResponse> first = new CompletableFuture<>();
    StreamObserver<DeltaDiscoveryRequest> requests =
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(new First(first));
    requests.onNext(
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(CLUSTERS)
            .setNode(Node.newBuilder().setId("bench").setCluster("default/chat"))
            .build());
    DeltaDiscoveryResponse response = first.get(BOUND_SECONDS, TimeUnit.SECONDS);
    channel.shutdownNow();
    if (response.getResourcesCount() == 0) {
      throw new IOException("the first answer has no clusters");
    }
  }

  private record First(CompletableFuture<DeltaDiscoveryResponse> response)
      implements StreamObserver<DeltaDiscoveryResponse> {
    @Override
    public void onNext(DeltaDiscoveryResponse next) {
      response.complete(next);
    }

    @Override
    public void onError(Throwable failure) {
      response.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      response.completeExceptionally(new IOException("the stream ended"));
    }
  }

  @Override
  public void close() {
    prometheus.stop(0);
  }
}
