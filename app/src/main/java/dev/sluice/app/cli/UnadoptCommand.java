package dev.sluice.app.cli;

import dev.sluice.app.kube.Unadoption;
import dev.sluice.model.RouterRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice unadopt}: gives Services back to LLMKube's router-proxies. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "unadopt",
    description = {
      "Points the Services that Sluice has taken at LLMKube's router-proxies again.",
      "A Sluice that runs takes the Service of a router with sluice.dev/adopt: \"true\" again."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:none points at a fleet any more",
      "1:the cluster wasn't reached, or a Service wasn't given back",
      "2:wrong usage"
    })
final class UnadoptCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAMESPACE/ROUTER",
      arity = "0..1",
      description = "the ModelRouter whose Service is given back")
  private @Nullable RouterRef router;

  @Option(names = "--all", description = "every Service that Sluice has taken")
  private boolean all;

  @Mixin private KubeconfigOption kubeconfig;

  @Override
  public Integer call() {
    if (all == (router != null)) {
      throw new ParameterException(
          spec.commandLine(),
          (all ? "NAMESPACE/ROUTER and --all" : "neither NAMESPACE/ROUTER nor --all")
              + " (expected: exactly one of them)");
    }
    try {
      return report(Unadoption.run(kubeconfig.file(), Optional.ofNullable(router)));
    } catch (KubernetesClientException failure) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("the Services can't be listed: " + failure.getMessage());
      err.flush();
      return ExitCode.FAILED;
    }
  }

  private int report(List<Unadoption.Outcome> outcomes) {
    PrintWriter out = spec.commandLine().getOut();
    if (outcomes.isEmpty()) {
      out.println("no Service is taken");
    }
    outcomes.forEach(
        outcome ->
            out.println(
                outcome.service()
                    + outcome
                        .failure()
                        .map(words -> ": not given back: " + words)
                        .orElse(": given back")));
    out.flush();
    return outcomes.stream().allMatch(outcome -> outcome.failure().isEmpty())
        ? ExitCode.OK
        : ExitCode.FAILED;
  }
}
