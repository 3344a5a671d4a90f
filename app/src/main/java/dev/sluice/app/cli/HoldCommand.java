package dev.sluice.app.cli;

import dev.sluice.app.kube.AgentHolds;
import dev.sluice.app.kube.AgentRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice hold}: holds an Agent of Foreman's by hand. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "hold",
    description = {
      "Holds a Foreman Agent: its tasks stay Pending. Those that run go on.",
      "A Sluice that runs ends the hold in time; without one it stays until sluice release."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the Agent is held",
      "1:the cluster wasn't reached, or the Agent isn't held",
      "2:wrong usage"
    })
final class HoldCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAMESPACE/AGENT", description = "the Agent")
  private AgentRef agent;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description = "how long (default: 1h)")
  private Duration lasts;

  @Mixin private KubeconfigOption kubeconfig;

  @Override
  public Integer call() {
    if (!lasts.isPositive()) {
      throw new ParameterException(
          spec.commandLine(), "--for: " + lasts + " (expected: longer than 0s)");
    }
    HoldReport report = new HoldReport(spec.commandLine());
    try (AgentHolds holds = AgentHolds.open(kubeconfig.file(), InstantSource.system())) {
      return report.of(List.of(holds.hold(agent, lasts)));
    } catch (KubernetesClientException failure) {
      return report.notRead(failure);
    }
  }
}
