package dev.sluice.app.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice top}: burn rates, shares and requests of all services, the worst first. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "top",
    description = {
      "Shows each service's burn rate, its share where it is least, and its requests, the worst",
      "first: every 2 s on a terminal until Ctrl-C, else once."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the table was printed",
      "2:wrong usage",
      "69:Sluice isn't reachable at --http, or wants a token"
    })
final class TopCommand implements Callable<Integer> {

  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final String CLEAR = "\033[H\033[2J";

  @Spec private CommandSpec spec;

  @Option(names = "--once", description = "print the table once and end")
  private boolean once;

  @Option(names = "--json", description = "print the table once, as JSON")
  private boolean json;

  @Mixin private HttpAddress http;

  @Override
  public Integer call() throws InterruptedException {
    if (once || json || !isTerminal()) {
      return show("");
    }
    while (true) {
      show(CLEAR);
      Thread.sleep(EVERY);
    }
  }

  private int show(String before) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return switch (http.get("/debug/top")) {
      case HttpAddress.Reply.Page page -> {
        out.print(before + (json ? page.text() : TopTable.of(HttpAddress.json(page))));
        out.flush();
        yield ExitCode.OK;
      }
      case HttpAddress.Reply.Absent(String words) -> failed(words);
      case HttpAddress.Reply.Failed(String words) -> failed(words);
    };
  }

  private int failed(String words) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(words);
    err.flush();
    return ExitCode.UNAVAILABLE;
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }
}
