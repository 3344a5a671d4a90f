package dev.sluice.app.cli;

import dev.sluice.app.kube.AgentHolds.Outcome;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** Says what became of Agents: a line for each, and the exit code. */
final class HoldReport {

  private final CommandLine command;

  HoldReport(CommandLine command) {
    this.command = command;
  }

  int of(List<Outcome> outcomes) {
    PrintWriter out = command.getOut();
    if (outcomes.isEmpty()) {
      out.println("no Agent is held");
    }
    outcomes.forEach(outcome -> out.println(words(outcome)));
    out.flush();
    return outcomes.stream().anyMatch(Outcome.Failed.class::isInstance)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }

  private static String words(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Held held -> "Agent " + held.agent() + ": held until " + held.until();
      case Outcome.Released released -> "Agent " + released.agent() + ": released";
      case Outcome.NotHeld not -> "Agent " + not.agent() + ": wasn't held";
      case Outcome.Failed failed -> "Agent " + failed.agent() + ": unchanged: " + failed.why();
    };
  }

  int notRead(KubernetesClientException failure) {
    PrintWriter err = command.getErr();
    err.println("the Agents can't be read: " + failure.getMessage());
    err.flush();
    return ExitCode.FAILED;
  }
}
