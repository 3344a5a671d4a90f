package dev.sluice.app.cli;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.Bootstrap;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import dev.sluice.xds.bootstrap.EnvoyTls;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice bootstrap}: what an Envoy of a router's fleet is started with. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "bootstrap",
    description = "Prints the Envoy bootstrap of a ModelRouter's fleet.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed or written", "1:could not write", "2:wrong usage"})
final class BootstrapCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAMESPACE/ROUTER", description = "the ModelRouter")
  private RouterRef router;

  @Option(
      names = "--node",
      paramLabel = "ID",
      defaultValue = "envoy-1",
      description = "tells the fleet's Envoys apart (default: ${DEFAULT-VALUE})")
  private String node;

  @Option(
      names = "--xds",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_XDS:-127.0.0.1:18000}",
      description = "where Sluice serves Envoys (default: 127.0.0.1:18000)")
  private HostPort xds;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9901",
      description = "where Envoy's admin page listens (default: ${DEFAULT-VALUE})")
  private HostPort admin;

  @Option(
      names = "--stats",
      paramLabel = "HOST:PORT",
      description =
          "where other machines may read /stats/prometheus and /ready of Envoy, and nothing else of"
              + " its admin page (default: nowhere)")
  private @Nullable HostPort stats;

  @Mixin private ClientTlsOptions tls;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "writes envoy.yaml there instead of printing it; needed with --tls-cert, since Envoy"
              + " reads changed certificates only by files of their own, which name this folder")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    List<String> faults = faults();
    if (!faults.isEmpty()) {
      faults.forEach(err::println);
      return ExitCode.USAGE;
    }
    SortedMap<String, String> files = bootstrap().files();
    PrintWriter out = spec.commandLine().getOut();
    if (folder == null) {
      out.print(files.get(Bootstrap.FILE));
      out.flush();
      return ExitCode.OK;
    }
    try {
      write(files, folder.toAbsolutePath().normalize(), out);
      return ExitCode.OK;
    } catch (IOException refused) {
      err.println("--out " + folder + ": " + refused + " (expected: a folder to write to)");
      return ExitCode.FAILED;
    }
  }

  private List<String> faults() {
    List<String> faults = new ArrayList<>(tls.faults());
    if (tls.files().isPresent() && folder == null) {
      faults.add("--tls-cert: without --out (expected: both)");
    }
    return faults;
  }

  private static void write(SortedMap<String, String> files, Path folder, PrintWriter out)
      throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path written = Files.writeString(folder.resolve(file.getKey()), file.getValue());
      out.println(written);
    }
  }

  /** With absolute paths: Envoy's working directory is anyone's guess. */
  private Bootstrap bootstrap() {
    Bootstrap plain = new Bootstrap(router, node, address(xds), address(admin));
    Bootstrap shown = stats == null ? plain : plain.withStats(address(stats));
    Optional<ClientTlsOptions.Files> files = tls.files();
    return folder == null || files.isEmpty()
        ? shown
        : shown.withTls(
            new EnvoyTls(
                absolute(files.get().certificate()),
                absolute(files.get().key()),
                absolute(files.get().authority()),
                tls.serverName(xds),
                absolute(folder)));
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static BootstrapWriter.HostPort address(HostPort address) {
    return new BootstrapWriter.HostPort(address.host(), address.port());
  }
}
