package dev.sluice.app.cli;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
    exitCodeList = {"0:printed", "2:wrong usage"})
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

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .print(BootstrapWriter.yaml(router, node, address(xds), address(admin)));
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private static BootstrapWriter.HostPort address(HostPort address) {
    return new BootstrapWriter.HostPort(address.host(), address.port());
  }
}
