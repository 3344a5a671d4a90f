package dev.sluice.benchmarks.reaction;

import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.RunningProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sluice as a process of its own, as it is run. */
final class SluiceRun implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(60);

  private final RunningProcess process;

  private SluiceRun(RunningProcess process) {
    this.process = process;
  }

  /** The ports are known before, because Prometheus must know where to push. */
  record Ports(int xds, int grpc, int http) {
    static Ports pick() {
      return new Ports(FreePorts.pick(), FreePorts.pick(), FreePorts.pick());
    }
  }

  static SluiceRun start(Path folder, Ports ports, String prometheusUrl, List<String> origin) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.app.Main",
                "run",
                "--prometheus",
                prometheusUrl,
                "--xds",
                "127.0.0.1:" + ports.xds(),
                "--grpc",
                "127.0.0.1:" + ports.grpc(),
                "--http",
                "127.0.0.1:" + ports.http()));
    command.addAll(origin);
    SluiceRun run =
        new SluiceRun(RunningProcess.start("sluice", command, folder.resolve("sluice.log")));
    Await.until(
        BOUND,
        "Sluice is ready",
        () -> {
          run.process.requireAlive();
          return HttpProbe.isOk("http://127.0.0.1:" + ports.http() + "/readyz");
        });
    return run;
  }

  @Override
  public void close() {
    process.close();
  }
}
