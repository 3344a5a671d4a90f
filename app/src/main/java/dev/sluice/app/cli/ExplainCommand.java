package dev.sluice.app.cli;

import dev.sluice.model.ServiceRef;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice explain}: why a service gets the traffic it gets. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "explain",
    description = {
      "Says why an InferenceService gets the traffic it gets, link by link: objective, evidence,",
      "verdict, share, snapshot, acknowledgement, served share, dispatch. What is missing is marked",
      "with ! and says what to check."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the chain was printed",
      "1:there is no such InferenceService",
      "2:wrong usage",
      "69:Sluice isn't reachable at --http, has read nothing yet, or wants a token"
    })
final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAMESPACE/NAME", description = "the InferenceService")
  private ServiceRef service;

  @Option(names = "--json", description = "print the chain as JSON")
  private boolean json;

  @Mixin private HttpAddress http;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return switch (http.get("/debug/explain/" + service)) {
      case HttpAddress.Reply.Page page -> {
        out.print(json ? page.text() : ExplainText.of(HttpAddress.json(page)));
        out.flush();
        yield ExitCode.OK;
      }
      case HttpAddress.Reply.Absent(String words) -> {
        err.println(words);
        yield ExitCode.FAILED;
      }
      case HttpAddress.Reply.Failed(String words) -> {
        err.println(words);
        yield ExitCode.UNAVAILABLE;
      }
    };
  }
}
