package dev.sluice.app.cli;

import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.app.kube.Retirement;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice retire}: takes away all that Sluice has left in a cluster. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "retire",
    description = {
      "Takes away all that Sluice has left in a cluster: gives Services back, deletes the fleets that"
          + " it made, releases Agents, clears its conditions and the statuses of InferenceSLOs,"
          + " deletes the Pyrra objectives that it made of those, its Lease, its ConfigMaps and its webhook's Secret.",
      "A Sluice that runs writes all this again: stop it first. The InferenceSLOs stay."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is left",
      "1:the cluster wasn't reached, or something is left: the lines say what, and why",
      "2:wrong usage"
    })
final class RetireCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--namespace",
      paramLabel = "NAMESPACE",
      description = "of which only what is there (default: all); the home is looked at anyway")
  private @Nullable String namespace;

  @Option(
      names = "--home",
      paramLabel = "NAMESPACE",
      description = "where the Lease is (default: the pod's own, or the kubeconfig's)")
  private @Nullable String home;

  @Option(
      names = "--fleets",
      negatable = true,
      fallbackValue = "true",
      defaultValue = "true",
      description = "look for fleets that it made, which needs the right to (default: true)")
  private boolean fleets;

  @Mixin private KubeconfigOption kubeconfig;

  @Override
  public Integer call() {
    List<Retirement.Outcome> outcomes =
        Retirement.run(
            new ClusterSettings(
                kubeconfig.file(),
                Optional.ofNullable(namespace),
                Optional.ofNullable(home),
                false,
                false),
            fleets);
    PrintWriter out = spec.commandLine().getOut();
    if (outcomes.isEmpty()) {
      out.println("nothing is left of Sluice");
    }
    outcomes.forEach(it -> out.println(it.what() + ": " + it.words()));
    out.flush();
    return outcomes.stream().allMatch(Retirement.Outcome::isDone) ? ExitCode.OK : ExitCode.FAILED;
  }
}
