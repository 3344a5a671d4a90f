package dev.sluice.app.cli;

import dev.sluice.app.kube.AgentHolds;
import dev.sluice.app.kube.AgentRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice release}: lets Agents go that Sluice holds, or a person does through it. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "release",
    description = {
      "Takes holds off Foreman's Agents; needs no running Sluice.",
      "A Sluice that runs with --foreman-hold holds the Agents of breached services again."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:none of them is held any more",
      "1:the cluster wasn't reached, or an Agent wasn't released",
      "2:wrong usage"
    })
final class ReleaseCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAMESPACE/AGENT", arity = "0..1", description = "the Agent")
  private @Nullable AgentRef agent;

  @Option(names = "--all", description = "every Agent that is held")
  private boolean all;

  @Mixin private KubeconfigOption kubeconfig;

  @Override
  public Integer call() {
    if (all == (agent != null)) {
      throw new ParameterException(
          spec.commandLine(),
          (all ? "NAMESPACE/AGENT and --all" : "neither NAMESPACE/AGENT nor --all")
              + " (expected: exactly one of them)");
    }
    HoldReport report = new HoldReport(spec.commandLine());
    try (AgentHolds holds = AgentHolds.open(kubeconfig.file(), InstantSource.system())) {
      return report.of(agent == null ? holds.releaseAll() : List.of(holds.release(agent)));
    } catch (KubernetesClientException failure) {
      return report.notRead(failure);
    }
  }
}
