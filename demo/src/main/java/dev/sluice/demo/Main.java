package dev.sluice.demo;

import dev.sluice.demo.report.Claim;
import dev.sluice.demo.report.Claims;
import dev.sluice.demo.report.Run;
import dev.sluice.demo.report.Run.Disturbance;
import dev.sluice.demo.report.Summary;
import dev.sluice.demo.stage.Scenario;
import dev.sluice.demo.stage.Stage;
import dev.sluice.demo.stage.Versions;
import dev.sluice.demo.story.Story;
import java.io.Console;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code ./sluice demo}. Exits with 0 only if everything that is claimed was seen. */
@Command(
    name = "sluice demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs fake LLM backends under load behind a real Envoy, with a real Prometheus, Pyrra's rules",
      "and Sluice; breaks one backend, heals it, and checks what happened to its traffic."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything that is claimed was seen",
      "1:something was not, or a part failed",
      "2:wrong usage"
    })
public final class Main implements Callable<Integer> {

  @Option(
      names = "--scenario",
      defaultValue = "slow",
      paramLabel = "NAME",
      converter = ScenarioName.class,
      description = {
        "slow: one of three backends is slow, and has no latency histogram of its own (default);",
        "errors: one of three backends fails half of its requests;",
        "replica: one of the three pods of a service is slow"
      })
  private Scenario scenario = Scenario.slow();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "where report.json, timeline.svg and all logs go (default target/demo/NAME)")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--chaos",
      split = ",",
      paramLabel = "WHAT",
      converter = DisturbanceName.class,
      description = "in the middle of the breach: kill-sluice, restart-prometheus, or both")
  private List<Disturbance> chaos = List.of();

  @Option(
      names = "--rate",
      defaultValue = "50",
      paramLabel = "N",
      description = "requests a second (default ${DEFAULT-VALUE})")
  private double rate;

  @Option(names = "--keep", description = "leave everything running and print where it is")
  private boolean keep;

  private final Terminal terminal;

  private Main(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs the demo and exits. */
  public static void main(String[] arguments) {
    // Sluice's own configuration is on the class path too, and belongs to the child process.
    System.setProperty("logback.configurationFile", "demo-logback.xml");
    boolean interactive =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    System.exit(commandLine(new Terminal(System.out, interactive)).execute(arguments));
  }

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new Main(terminal))
        .setExecutionExceptionHandler(
            (e, command, _) -> {
              command.getErr().println("sluice demo: " + e.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws InterruptedException {
    ReportFolder folder =
        new ReportFolder(report.orElse(Path.of("target", "demo", scenario.name())));
    terminal.say("Scenario %s: %s".formatted(scenario.name(), scenario.expected().headline()));
    terminal.say("Starting Prometheus, Sluice and Envoy...");
    try (Stage stage = Stage.raise(scenario, folder.parts());
        Story story = Story.begin(stage, rate, chaos, terminal)) {
      Run run = story.play(Versions.ofParts());
      List<Claim> claims = Claims.check(run);
      folder.write(run, claims);
      terminal.rest();
      terminal.say("\n" + Summary.write(run, claims));
      terminal.say("Report: " + folder.path().resolve("report.json").toAbsolutePath());
      terminal.say("Picture: " + folder.path().resolve("timeline.svg").toAbsolutePath());
      if (keep) {
        stayUp(stage);
      }
      return claims.stream().allMatch(Claim::held) ? 0 : 1;
    }
  }

  private void stayUp(Stage stage) throws InterruptedException {
    terminal.say(
        """

        Everything keeps running until Ctrl-C:
          router       %s/v1/chat/completions
          Prometheus   %s/alerts
          Envoy admin  %s
          Sluice       %s/debug/status
          breach gRPC  127.0.0.1:%d   (./sluice check %s --address 127.0.0.1:%5$d)
        """
            .formatted(
                stage.routerUrl(),
                stage.prometheus().baseUrl(),
                stage.envoy().adminUrl(),
                stage.sluice().pagesUrl(),
                stage.sluice().grpcPort(),
                scenario.service()));
    new CountDownLatch(1).await();
  }

  private static final class ScenarioName implements ITypeConverter<Scenario> {
    @Override
    public Scenario convert(String name) {
      return Scenario.all().stream()
          .filter(scenario -> scenario.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "%s (expected: one of %s)"
                          .formatted(name, Scenario.all().stream().map(Scenario::name).toList())));
    }
  }

  private static final class DisturbanceName implements ITypeConverter<Disturbance> {
    @Override
    public Disturbance convert(String name) {
      return Arrays.stream(Disturbance.values())
          .filter(disturbance -> disturbance.words().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "%s (expected: kill-sluice or restart-prometheus)".formatted(name)));
    }
  }
}
