package dev.sluice.demo.stage;

import dev.sluice.lab.FreePorts;
import dev.sluice.lab.RunningProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sluice as a child process, so that killing it is real. It keeps its ports and its state file
 * across restarts.
 *
 * <p><em>Thread:</em> the one that plays the story. <em>On failure:</em> a Sluice that dies is
 * explained by {@link #requireAlive()} with the end of its log. <em>On shutdown:</em> {@link
 * #close()} sends SIGTERM.
 */
public final class SluiceProcess implements AutoCloseable {

  private static final String MAIN = "dev.sluice.app.Main";

  private final List<String> runCommand;
  private final Path log;
  private final int xdsPort = FreePorts.pick();
  private final int grpcPort = FreePorts.pick();
  private final int httpPort = FreePorts.pick();
  private RunningProcess process;

  SluiceProcess(Path workDir, Path manifests, URI prometheus) {
    this.log = workDir.resolve("sluice.log");
    this.runCommand =
        java(
            "run",
            "--dir",
            manifests.toString(),
            "--prometheus",
            prometheus.toString(),
            "--xds",
            loopback(xdsPort),
            "--grpc",
            loopback(grpcPort),
            "--http",
            loopback(httpPort),
            "--state",
            workDir.resolve("state.json").toString());
    this.process = RunningProcess.start("sluice", runCommand, log);
  }

  /** The Envoy bootstrap of {@code router}'s fleet, as {@code sluice bootstrap} prints it. */
  String bootstrap(String router, int adminPort) {
    return Commands.output(
        java("bootstrap", router, "--xds", loopback(xdsPort), "--admin", loopback(adminPort)));
  }

  /** SIGKILL: nothing is saved, nothing is drained. */
  public void kill9() {
    process.kill9();
  }

  /** Starts it again after {@link #kill9()}. */
  public void start() {
    process = RunningProcess.start("sluice", runCommand, log);
  }

  /** Throws {@link IllegalStateException} with the end of the log if it has died. */
  public void requireAlive() {
    process.requireAlive();
  }

  /** Where the breach service listens. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Status pages and metrics. */
  public String pagesUrl() {
    return "http://" + loopback(httpPort);
  }

  @Override
  public void close() {
    process.close();
  }

  private static List<String> java(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // A start must not starve the load, which shares this machine's few cores.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN));
    Stream.of(arguments).forEach(command::add);
    return command;
  }

  private static String loopback(int port) {
    return "127.0.0.1:" + port;
  }
}
